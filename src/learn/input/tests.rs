#![expect(clippy::unwrap_used, reason = "tests")]
use super::{Columns, Layout, Row, read};
use crate::{LearnError, Noise};
use std::io::Write;

/// Session, product, time, offset and kind of event of each row, how they were read, and how many could not be.
fn rows(text: impl AsRef<[u8]>, columns: &str) -> Result<(Vec<String>, Layout, u64), LearnError> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_ref()).unwrap();
    let (mut rows, mut noise) = (Vec::new(), Noise::default());
    let columns = Columns::parse(columns).unwrap();
    let layout = read(file.path(), None, &columns, &mut noise, &mut |_| {}, &mut |row: Row<'_>, _| {
        rows.push([row.session, row.item, row.time, row.offset, row.event].join("|"));
        Ok(())
    })?;
    Ok((rows, layout, noise.unreadable))
}

fn found(text: impl AsRef<[u8]>) -> (Vec<String>, String) {
    let (rows, layout, _) = rows(text, "").unwrap();
    (rows, layout.text)
}

#[test]
fn logs_of_public_data_sets_are_read_as_they_are() {
    for (log, first, layout) in [
        // RSC15, which has no line of names.
        (
            "1,2014-04-07T10:51:09.277Z,214536502,0\n1,2014-04-07T10:54:09.868Z,214536500,0\n2,2014-04-07T13:56:37.614Z,214662742,0\n",
            "1|214536502|2014-04-07T10:51:09.277Z||",
            "CSV (,): session in column 1, item in column 3, time in column 2 (guessed, there is no line of names)",
        ),
        // The same, prepared by session-rec.
        (
            "SessionId\tItemId\tTime\n1\t214536502\t1396867869.277\n",
            "1|214536502|1396867869.277||",
            "TSV: session `SessionId`, item `ItemId`, time `Time`",
        ),
        (
            "\"SessionId\"\t\"ItemId\"\t\"Time\"\r\n\"1\"\t\"a b\"\t7\r\n",
            "1|a b|7||",
            "TSV: session `SessionId`, item `ItemId`, time `Time`",
        ),
        // Diginetica: a day, and milliseconds since the session began.
        (
            "sessionId;userId;itemId;timeframe;eventdate\n1;NA;81766;526309;2016-05-09\n",
            "1|81766|2016-05-09|526309|",
            "CSV (;): session `sessionId`, item `itemId`, time `eventdate`, offset `timeframe`",
        ),
        // 30Music and NowPlaying.
        (
            ",UserId,SessionId,track_id,Time\n0,9,287144,4698,1421745720.0\n",
            "287144|4698|1421745720.0||",
            "CSV (,): session `SessionId`, item `track_id`, time `Time`",
        ),
        // Coveo.
        (
            "session_id_hash,event_type,product_action,product_sku_hash,server_timestamp_epoch_ms,hashed_url\n20c4,event_product,detail,d5157f,1550885210881,7e4527\n",
            "20c4|d5157f|1550885210881||event_product",
            "CSV (,): session `session_id_hash`, item `product_sku_hash`, time `server_timestamp_epoch_ms`, event `event_type`",
        ),
        // OTTO: sessions with lists of events.
        (
            "{\"session\":12,\"events\":[]}\n{\"session\":13,\"events\":[{\"aid\":59625,\"ts\":1661724000278,\"type\":\"clicks\"}]}\n",
            "13|59625|1661724000278||clicks",
            "JSON lines: session `session`, item `aid`, time `ts`, event `type`, a row for each of `events`",
        ),
        (
            "{\"session_id\":5,\"items\":[\"a\",7],\"at\":1}\n",
            "5|a|||",
            "JSON lines: session `session_id`, item `item`, a row for each of `items`",
        ),
        // Trivago.
        (
            "user_id,session_id,timestamp,step,action_type,reference,city\n00RL,aff3,1541037460,1,search for poi,\"Newtown\",\"Sydney, Australia\"\n",
            "aff3|Newtown|1541037460|1|search for poi",
            "CSV (,): session `session_id`, item `reference`, time `timestamp`, offset `step`, event `action_type`",
        ),
        // REES46.
        (
            "event_time,event_type,product_id,category_id,category_code,price,user_id,user_session\n2019-10-01 00:00:00 UTC,view,44600062,2103807459595387724,,35.79,541312140,72d7\n",
            "72d7|44600062|2019-10-01 00:00:00 UTC||view",
            "CSV (,): session `user_session`, item `product_id`, time `event_time`, event `event_type`",
        ),
        // Instacart: an order of products, and no time.
        (
            "order_id,product_id,add_to_cart_order,reordered\n2,33120,1,1\n",
            "2|33120||1|",
            "CSV (,): session `order_id`, item `product_id`, offset `add_to_cart_order`",
        ),
        // RecBole's atomic files.
        (
            "user_id:token\titem_id:token\ttimestamp:float\n1\ta\t838985046\n",
            "1|a|838985046||",
            "TSV: session `user_id:token`, item `item_id:token`, time `timestamp:float`",
        ),
        ("session item time\n1 a 2\n", "1|a|2||", "CSV (spaces): session `session`, item `item`, time `time`"),
    ] {
        let (rows, text) = found(log);
        assert_eq!((rows.first().map(String::as_str), text.as_str()), (Some(first), layout));
    }
}

#[test]
fn a_file_without_sessions_has_those_of_its_visitors() {
    for log in [
        "timestamp,visitorid,event,itemid,transactionid\n1433221332117,257597,view,355908,\n",
        "t_dat,customer_id,article_id,price\n2018-09-20,0000a,0663713001,0.05\n",
    ] {
        let (rows, layout, _) = rows(log, "").unwrap();
        assert!(layout.visitors && layout.timed && rows.len() == 1, "{layout:?}");
    }
    let (_, layout, _) = rows("userId,sessionId,itemId\n1,2,3\n", "").unwrap();
    assert!(!layout.visitors && !layout.timed, "{layout:?}");
}

#[test]
fn columns_without_names_are_told_by_their_values() {
    // The session is what stays the same from row to row; a number of the row, and what is always the same, say nothing.
    let lines = |line: fn(u32) -> String| (0..60).map(line).collect::<String>();
    for (log, expected) in [
        (
            lines(|n| format!("{},{},{}\n", 500 + n * 7 % 13, n / 4, 1_400_000_000 + n * 30)),
            "session in column 2, item in column 1, time in column 3",
        ),
        (
            lines(|n| format!("{n}\t0\ts{}\tp{}\t{}.5\n", n / 4, n * 7 % 13, 1_400_000_000 + n)),
            "session in column 3, item in column 4, time in column 5",
        ),
        (lines(|n| format!("{}|{}\n", n / 4, n * 7 % 13)), "session in column 1, item in column 2"),
    ] {
        let (rows, text) = found(&log);
        assert!(rows.len() == 60 && text.contains(&format!("{expected} (guessed")), "{text}");
    }
    assert!(rows("17\n18\n", "").is_err());
    assert!(rows("1,2\n", "session=1,item=3").unwrap_err().to_string().contains("has no column `3`; it has 2 columns"));
}

#[test]
fn marks_line_ends_and_packing_do_not_matter() {
    let plain = found("SessionId,ItemId,Time\n1,a,5\n1,\"b,c\",6\n");
    let windows = "\u{feff}SessionId,ItemId,Time\r\n1,a,5\r\n1,\"b,c\",6\r\n";
    assert_eq!(found(windows), plain);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(windows.as_bytes()).unwrap();
    assert_eq!(found(packed.finish().unwrap()), plain);
    assert_eq!(found(zstd::encode_all(windows.as_bytes(), 1).unwrap()), plain);
    let (named, ..) = rows(windows, "session=sessionid,item=item_id").unwrap();
    assert_eq!(named, plain.0);
}

#[test]
fn what_is_not_a_log_is_named() {
    for (bytes, reason) in [
        (&b"\xFD7zXZ\x00"[..], "is compressed with xz"),
        (b"PK\x03\x04xl", "is a zip archive, or a spreadsheet"),
        (b"\xFF\xFEs\x00", "is UTF-16"),
        (b"[{\"session\":1}]", "is one JSON array"),
        (b"\n\n", "is empty"),
        (b"{\"session\":1,\"events\":[]}\n", "has no column `item`; it has session"),
        (b"name of nothing known\n", "has no column `session`; it has name, of, nothing, known"),
    ] {
        let error = rows(bytes, "").unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    }
}
