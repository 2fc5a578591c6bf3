//! Lines of the ledger as Parquet: every field is a column of its type, what is nested stays nested.

use super::days::DAY_S;
use super::kind::Kind;
use super::part::{unreadable, unwritable};
use crate::failure::Failure;
use parquet::basic::{Compression, ZstdLevel};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::sync::Arc;

/// Rows that are in memory at a time.
const GROUP_ROWS: usize = 50_000;

const EXPOSURES: &str = "message exposures {
  required int32 day (DATE);
  required int64 exposed_at (TIMESTAMP(MILLIS, true));
  required binary unit (STRING);
  required binary experiment (STRING);
  required binary arm (STRING);
  required int32 epoch;
  required int64 minute;
  required group slices (MAP) { repeated group key_value { required binary key (STRING); required binary value (STRING); } }
  required group x (MAP) { repeated group key_value { required binary key (STRING); required int64 value; } }
  required group totals (MAP) { repeated group key_value {
    required binary key (STRING);
    required group value { required int64 y; required int64 d; optional int64 cap; optional binary covariate (STRING); } } }
  required int64 until_s;
}";

const EVENTS: &str = "message events {
  required int32 day (DATE);
  required int64 happened_at (TIMESTAMP(MILLIS, true));
  required binary unit (STRING);
  required binary id (STRING);
  required int64 at_s;
  required int64 version;
  required group goals (LIST) { repeated group list { required group element {
    required binary goal (STRING); required int64 y; required int64 d; optional int64 cap; required int64 after_s;
    required int64 window_s; optional binary covariate (STRING); } } }
  required int64 until_s;
}";

const SUMS: &str = "message sums {
  required binary experiment (STRING);
  required binary arm (STRING);
  required int32 epoch;
  optional int32 cohort (DATE);
  optional int32 day (DATE);
  required binary goal (STRING);
  required binary slice (STRING);
  required int64 n;
  required int64 converters;
  required int64 y;
  required double yy;
  required int64 d;
  required double dd;
  required double yd;
  required int64 x;
  required double xx;
  required double xy;
  required double xd;
}";

#[derive(Deserialize)]
struct Exposure {
    unit: String,
    experiment: String,
    arm: String,
    epoch: i32,
    minute: i64,
    slices: BTreeMap<String, String>,
    x: BTreeMap<String, i64>,
    totals: BTreeMap<String, Total>,
    until_s: i64,
}

#[derive(Deserialize)]
struct Total {
    y: i64,
    d: i64,
    cap: Option<i64>,
    covariate: Option<String>,
}

#[derive(Deserialize)]
struct Event {
    unit: String,
    id: String,
    at_s: i64,
    version: i64,
    goals: Vec<Part>,
    until_s: i64,
}

#[derive(Deserialize)]
struct Part {
    goal: String,
    y: i64,
    d: i64,
    cap: Option<i64>,
    after_s: i64,
    window_s: i64,
    covariate: Option<String>,
}

/// Squares and products may be beyond 64 bits.
#[derive(Deserialize)]
struct Sum {
    experiment: String,
    arm: String,
    epoch: i32,
    cohort: Option<i32>,
    day: Option<i32>,
    goal: String,
    slice: String,
    n: i64,
    converters: i64,
    y: i64,
    yy: f64,
    d: i64,
    dd: f64,
    yd: f64,
    x: i64,
    xx: f64,
    xy: f64,
    xd: f64,
}

/// Writes a file of lines as Parquet.
pub(super) fn write(lines: &Path, target: &Path, kind: Kind) -> Result<(), Failure> {
    match kind {
        Kind::Exposures => convert(lines, target, EXPOSURES, put_exposure),
        Kind::Events => convert(lines, target, EVENTS, put_event),
        Kind::Sums => convert(lines, target, SUMS, put_sum),
    }
}

fn convert<Row: DeserializeOwned>(
    lines: &Path,
    target: &Path,
    schema: &str,
    put: fn(&Row, &mut Cells<'_>),
) -> Result<(), Failure> {
    let broken = |error: ParquetError| {
        Failure::new(format!("{} cannot be written: {error}", target.display()), "please report this")
    };
    let schema = Arc::new(parse_message_type(schema).map_err(broken)?);
    let level = ZstdLevel::try_new(3).map_err(broken)?;
    let properties = Arc::new(WriterProperties::builder().set_compression(Compression::ZSTD(level)).build());
    let file = File::create(target).map_err(|error| unwritable(target, &error))?;
    let mut writer = SerializedFileWriter::new(file, schema, properties).map_err(broken)?;
    let mut source = BufReader::new(File::open(lines).map_err(|error| unwritable(lines, &error))?).lines();
    loop {
        let mut columns: Vec<Column> = writer.schema_descr().columns().iter().map(|_| Column::default()).collect();
        let mut rows = 0;
        for line in source.by_ref().take(GROUP_ROWS) {
            let line = line.map_err(|error| unreadable(lines, &error))?;
            let row = serde_json::from_str(&line).map_err(|error| unreadable(lines, &error))?;
            put(&row, &mut Cells { columns: &mut columns, at: 0 });
            rows += 1;
        }
        if rows == 0 {
            break;
        }
        let mut group = writer.next_row_group().map_err(broken)?;
        for column in &columns {
            let Some(mut place) = group.next_column().map_err(broken)? else { break };
            column.write(place.untyped()).and_then(|()| place.close()).map_err(broken)?;
        }
        group.close().map_err(broken)?;
    }
    writer.close().map(drop).map_err(broken)
}

fn put_exposure(row: &Exposure, cells: &mut Cells<'_>) {
    cells.day(row.minute * 60);
    cells.int64(row.minute * 60_000);
    cells.text(&row.unit);
    cells.text(&row.experiment);
    cells.text(&row.arm);
    cells.int32(row.epoch);
    cells.int64(row.minute);
    cells.many(2, row.slices.iter(), |(key, value), cells| {
        cells.text(key);
        cells.text(value);
    });
    cells.many(2, row.x.iter(), |(key, value), cells| {
        cells.text(key);
        cells.int64(*value);
    });
    cells.many(5, row.totals.iter(), |(key, total), cells| {
        cells.text(key);
        cells.int64(total.y);
        cells.int64(total.d);
        cells.some_int64(total.cap);
        cells.some_text(total.covariate.as_deref());
    });
    cells.int64(row.until_s);
}

fn put_event(row: &Event, cells: &mut Cells<'_>) {
    cells.day(row.at_s);
    cells.int64(row.at_s * 1000);
    cells.text(&row.unit);
    cells.text(&row.id);
    cells.int64(row.at_s);
    cells.int64(row.version);
    cells.many(7, row.goals.iter(), |part, cells| {
        cells.text(&part.goal);
        cells.int64(part.y);
        cells.int64(part.d);
        cells.some_int64(part.cap);
        cells.int64(part.after_s);
        cells.int64(part.window_s);
        cells.some_text(part.covariate.as_deref());
    });
    cells.int64(row.until_s);
}

fn put_sum(row: &Sum, cells: &mut Cells<'_>) {
    cells.text(&row.experiment);
    cells.text(&row.arm);
    cells.int32(row.epoch);
    cells.some_int32(row.cohort);
    cells.some_int32(row.day);
    cells.text(&row.goal);
    cells.text(&row.slice);
    cells.int64(row.n);
    cells.int64(row.converters);
    cells.int64(row.y);
    cells.double(row.yy);
    cells.int64(row.d);
    cells.double(row.dd);
    cells.double(row.yd);
    cells.int64(row.x);
    cells.double(row.xx);
    cells.double(row.xy);
    cells.double(row.xd);
}

/// The values of a column of a row group, with the levels that say where there is none and where a row begins.
#[derive(Default)]
struct Column {
    int32: Vec<i32>,
    int64: Vec<i64>,
    doubles: Vec<f64>,
    texts: Vec<ByteArray>,
    definitions: Vec<i16>,
    repetitions: Vec<i16>,
}

impl Column {
    fn write(&self, writer: &mut ColumnWriter<'_>) -> Result<(), ParquetError> {
        let (definitions, repetitions) = (Some(&*self.definitions), Some(&*self.repetitions));
        let levels = (definitions.filter(|levels| !levels.is_empty()), repetitions.filter(|levels| !levels.is_empty()));
        let written = match writer {
            ColumnWriter::Int32ColumnWriter(writer) => writer.write_batch(&self.int32, levels.0, levels.1),
            ColumnWriter::Int64ColumnWriter(writer) => writer.write_batch(&self.int64, levels.0, levels.1),
            ColumnWriter::DoubleColumnWriter(writer) => writer.write_batch(&self.doubles, levels.0, levels.1),
            ColumnWriter::ByteArrayColumnWriter(writer) => writer.write_batch(&self.texts, levels.0, levels.1),
            _ => Err(ParquetError::General("a column of a type that the ledger does not have".to_owned())),
        };
        written.map(drop)
    }
}

/// The cells of a row, from left to right; outside of lists.
struct Cells<'a> {
    columns: &'a mut [Column],
    at: usize,
}

impl Cells<'_> {
    fn put(&mut self, put: impl FnOnce(&mut Column)) {
        // A row has as many cells as its schema has columns.
        if let Some(column) = self.columns.get_mut(self.at) {
            put(column);
        }
        self.at += 1;
    }

    fn day(&mut self, at_s: i64) {
        self.int32(i32::try_from(at_s.div_euclid(DAY_S)).unwrap_or(i32::MAX));
    }

    fn int32(&mut self, value: i32) {
        self.put(|column| column.int32.push(value));
    }

    fn int64(&mut self, value: i64) {
        self.put(|column| column.int64.push(value));
    }

    fn double(&mut self, value: f64) {
        self.put(|column| column.doubles.push(value));
    }

    fn text(&mut self, value: &str) {
        self.put(|column| column.texts.push(value.as_bytes().to_vec().into()));
    }

    fn some_int32(&mut self, value: Option<i32>) {
        self.put(|column| {
            column.int32.extend(value);
            column.definitions.push(value.is_some().into());
        });
    }

    /// Cells of `width` columns for each item of a list.
    fn many<Item>(&mut self, width: usize, items: impl Iterator<Item = Item>, put: impl Fn(Item, &mut Entry<'_>)) {
        let columns = self.columns.get_mut(self.at..).and_then(|rest| rest.get_mut(..width)).unwrap_or_default();
        self.at += width;
        let mut repetition = 0;
        for item in items {
            put(item, &mut Entry { columns: &mut *columns, at: 0, repetition });
            repetition = 1;
        }
        if repetition == 0 {
            for column in columns {
                column.definitions.push(0);
                column.repetitions.push(0);
            }
        }
    }
}

/// The cells of one item of a list.
struct Entry<'a> {
    columns: &'a mut [Column],
    at: usize,
    /// 0 for the first item of a row.
    repetition: i16,
}

impl Entry<'_> {
    fn put(&mut self, definition: i16, put: impl FnOnce(&mut Column)) {
        // An item has as many cells as it was said to have.
        if let Some(column) = self.columns.get_mut(self.at) {
            column.definitions.push(definition);
            column.repetitions.push(self.repetition);
            put(column);
        }
        self.at += 1;
    }

    fn int64(&mut self, value: i64) {
        self.put(1, |column| column.int64.push(value));
    }

    fn text(&mut self, value: &str) {
        self.put(1, |column| column.texts.push(value.as_bytes().to_vec().into()));
    }

    fn some_int64(&mut self, value: Option<i64>) {
        self.put(1 + i16::from(value.is_some()), |column| column.int64.extend(value));
    }

    fn some_text(&mut self, value: Option<&str>) {
        self.put(1 + i16::from(value.is_some()), |column| {
            column.texts.extend(value.map(|text| text.as_bytes().to_vec().into()));
        });
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use parquet::file::reader::{FileReader as _, SerializedFileReader};
    use parquet::record::Field;

    #[test]
    fn sums_beyond_64_bits_are_written() {
        let folder = std::env::temp_dir().join(format!("attune-parquet-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let (lines, target) = (folder.join("sums.ndjson"), folder.join("sums.parquet"));
        let row = |yy: &str| {
            format!(
                r#"{{"experiment":"hero/1","arm":"sale","epoch":0,"cohort":20758,"day":20758,"goal":"revenue","slice":"","n":0,"converters":1,"y":4,"yy":{yy},"d":1,"dd":1,"yd":4,"x":0,"xx":0,"xy":0,"xd":0}}"#
            )
        };
        std::fs::write(&lines, ["16", "16000000000000000000", "1.6e21"].map(row).join("\n")).unwrap();
        write(&lines, &target, Kind::Sums).unwrap();
        let reader = SerializedFileReader::new(File::open(&target).unwrap()).unwrap();
        let squares = reader.get_row_iter(None).unwrap().map(|row| {
            let row = row.unwrap();
            let found = row.get_column_iter().find(|(name, _)| *name == "yy").map(|(_, field)| field.clone());
            found.unwrap()
        });
        assert_eq!(squares.collect::<Vec<_>>(), [16.0, 1.6e19, 1.6e21].map(Field::Double));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
