#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
use super::*;
use crate::codec::checksum;
use crate::limits::DECAY_STEPS;
use alloc::vec;
use alloc::vec::Vec;

/// Four products: 0 leads to 1 and 2, 1 leads to 2, 2 leads to nothing, 3 is popular and apart.
fn rows() -> Rows {
    Rows { offsets: vec![0, 2, 3, 3, 3], max: vec![2.0, 1.0, 0.0, 0.0], entries: vec![(1, 255), (2, 51), (2, 255)] }
}

fn next() -> Rows {
    Rows { offsets: vec![0, 1, 1, 1, 1], max: vec![1.0, 0.0, 0.0, 0.0], entries: vec![(2, 255)] }
}

fn bytes(beta: f32) -> Vec<u8> {
    let (rows, next) = (rows(), next());
    let mut decay = [0.0; DECAY_STEPS];
    decay[0] = 1.0;
    decay[1] = 0.5;
    let next = (beta > 0.0).then_some(&next);
    encode(&IndexParts { epoch: 7, rows: &rows, next, beta, decay, by_popularity: &[3, 0, 1, 2] }).unwrap()
}

fn ask(index: &Index<Vec<u8>>, query: &Query<'_>, count: usize) -> Vec<u32> {
    let mut out = vec![Scored::default(); count];
    let len = index.recommend(query, &mut Scratch::default(), &mut out);
    out[..len].iter().map(|scored| scored.item).collect()
}

#[test]
fn an_index_says_what_was_put_into_it() {
    let index = Index::load(bytes(0.5)).unwrap();
    assert_eq!((index.epoch(), index.items(), index.beta()), (7, 4, 0.5));
    assert_eq!(index.row(0).entries().collect::<Vec<_>>(), [(1, 255), (2, 51)]);
    assert_eq!(index.next_row(0, 1.0).entries().collect::<Vec<_>>(), [(2, 255)]);
    assert!(index.row(2).is_empty() && index.row(4).is_empty());
    assert_eq!(index.popular().collect::<Vec<_>>(), [3, 0, 1, 2]);
    assert_eq!([0, 1, 2, 3, 4].map(|item| index.rank(item)), [1, 2, 3, 0, u32::MAX]);
}

#[test]
fn scores_add_up_over_the_latest_clicks() {
    let index = Index::load(bytes(0.0)).unwrap();
    let mut out = [Scored::default(); 4];
    let query = Query { recent: &[1, 0], exclude: &[1] };
    assert_eq!(index.recommend(&query, &mut Scratch::default(), &mut out), 3);
    // 2: 1.0 * 1.0 from product 1, 0.5 * 2.0 * 51/255 from product 0. The rest by popularity.
    assert!((out[0].score * out[0].score - 1.2).abs() < 1e-6);
    assert_eq!([out[0].item, out[1].item, out[2].item], [2, 3, 0]);
    let mut related = [Scored::default(); 4];
    assert_eq!(index.related(&query, &mut Scratch::default(), &mut related), 1);
    assert_eq!(related[0], out[0]);
    assert_eq!(ask(&index, &Query { recent: &[99, 0], ..Query::default() }, 2), [1, 2]);
}

#[test]
fn what_comes_next_counts_for_the_newest_click_only() {
    let index = Index::load(bytes(0.9)).unwrap();
    assert_eq!(ask(&index, &Query { recent: &[0], ..Query::default() }, 2), [2, 1]);
    assert_eq!(ask(&index, &Query { recent: &[3, 0], ..Query::default() }, 2), [1, 2]);
}

#[test]
fn equal_scores_go_by_popularity() {
    let rows = Rows { offsets: vec![0, 2, 2, 2], max: vec![1.0, 0.0, 0.0], entries: vec![(1, 255), (2, 255)] };
    let parts =
        IndexParts { epoch: 0, rows: &rows, next: None, beta: 0.0, decay: [1.0; 10], by_popularity: &[2, 1, 0] };
    let index = Index::load(encode(&parts).unwrap()).unwrap();
    assert_eq!(ask(&index, &Query { recent: &[0], ..Query::default() }, 2), [2, 1]);
}

#[test]
fn every_truncation_and_every_flipped_bit_is_refused() {
    let good = bytes(0.5);
    for len in 0..good.len() {
        assert!(Index::load(&good[..len]).is_err(), "{len}");
    }
    for bit in 0..good.len() * 8 {
        let mut bad = good.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        assert!(Index::load(&bad).is_err(), "bit {bit}");
    }
    let mut long = good;
    long.push(0);
    assert!(matches!(Index::load(&long), Err(IndexError::Length { .. })));
    assert_eq!(Index::load(b"ATBN").map(|_| ()), Err(IndexError::Foreign));
}

#[test]
fn a_right_checksum_does_not_make_an_index() {
    let seal = |mut data: Vec<u8>| {
        let sum = checksum(&data[16..]);
        data[8..16].copy_from_slice(&sum.to_le_bytes());
        Index::load(data).map(|_| ()).unwrap_err()
    };
    let good = bytes(0.0);
    let mut rows_out_of_order = good.clone();
    rows_out_of_order[84] = 9;
    assert!(matches!(seal(rows_out_of_order), IndexError::Inconsistent(_)));
    let mut beyond = good.clone();
    let id_at = 80 + 4 * 5 + 7 * 4 + 3 * 4;
    beyond[id_at] = 4;
    assert_eq!(seal(beyond), IndexError::Inconsistent("a product that is not there"));
    let mut not_a_number = good.clone();
    not_a_number[40..44].copy_from_slice(&f32::NAN.to_le_bytes());
    assert_eq!(seal(not_a_number), IndexError::Inconsistent("a factor is out of range"));
    let mut later = good;
    later[4] = 2;
    assert_eq!(seal(later), IndexError::Format(2));
}

/// The bytes of SPEC.md, written by a second implementation.
#[test]
fn the_bytes_are_those_that_are_specified() {
    assert_eq!(bytes(0.5), include_bytes!("../../../../tests/golden/recommend.index"));
}
