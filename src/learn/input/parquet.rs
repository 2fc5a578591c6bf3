//! Parquet: columns side by side, read in batches of rows, one row group after the other.

use super::field::FIELDS;
use super::{Columns, Layout, Progress, Row, Take};
use crate::{LearnError, Noise};
use jiff::Timestamp;
use parquet::basic::{ConvertedType, LogicalType, TimeUnit};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::DataType;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, RowGroupReader};
use parquet::file::serialized_reader::SerializedFileReader;
use parquet::schema::types::ColumnDescriptor;
use std::fmt::Write;
use std::fs::File;
use std::path::Path;

/// Rows that are in memory at once.
const BATCH: usize = 8_192;
const DAY_MS: i64 = 24 * 3_600 * 1_000;
/// From here on [`parse_ms`](super::parse_ms) takes a number for milliseconds.
const PLAIN_MS_MIN: i64 = 100_000_000_000;

/// Reads rows. Values become the text that a table would have; nulls are empty.
pub(super) fn read(
    path: &Path,
    file: File,
    columns: &Columns,
    noise: &mut Noise,
    progress: Progress<'_>,
    take: Take<'_>,
) -> Result<Layout, LearnError> {
    let failed = |error: ParquetError| LearnError::format(path, "Parquet", error.to_string());
    let reader = SerializedFileReader::new(file).map_err(failed)?;
    let schema = reader.metadata().file_metadata().schema_descr();
    // Lists and what is in them are no columns of a log.
    let flat: Vec<_> = schema.columns().iter().enumerate().filter(|(_, column)| column.max_rep_level() == 0).collect();
    let names: Vec<String> = flat.iter().map(|(_, column)| column.path().string()).collect();
    let (places, layout) = columns.places(path, &names.iter().map(String::as_str).collect::<Vec<_>>())?;
    let mut chosen = [None; FIELDS];
    for (chosen, place) in chosen.iter_mut().zip(places) {
        let Some(place) = place else { continue };
        let (at, column) =
            flat.get(place).ok_or_else(|| LearnError::column(path, (place + 1).to_string(), names.join(", ")))?;
        *chosen = Some((*at, Kind::of(column)));
    }
    let mut bytes = 0;
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group).map_err(failed)?;
        read_group(&*group, &chosen, noise, take).map_err(|error| match error {
            GroupError::Parquet(error) => failed(error),
            GroupError::Learn(error) => error,
        })?;
        bytes += u64::try_from(group.metadata().compressed_size()).unwrap_or_default();
        progress(bytes);
    }
    Ok(layout.of("Parquet"))
}

#[derive(Debug, thiserror::Error)]
enum GroupError {
    #[error(transparent)]
    Parquet(#[from] ParquetError),
    #[error(transparent)]
    Learn(#[from] LearnError),
}

fn read_group(
    group: &dyn RowGroupReader,
    chosen: &[Option<(usize, Kind)>; FIELDS],
    noise: &mut Noise,
    take: Take<'_>,
) -> Result<(), GroupError> {
    let mut columns = [const { None }; FIELDS];
    for (column, chosen) in columns.iter_mut().zip(chosen) {
        let Some((at, kind)) = chosen else { continue };
        let levels_max = group.metadata().column(*at).column_descr().max_def_level();
        let reader = group.get_column_reader(*at)?;
        *column = Some(Column { reader, kind: *kind, levels_max, texts: Texts::default() });
    }
    let mut left = usize::try_from(group.metadata().num_rows()).unwrap_or_default();
    while left > 0 {
        let batch = left.min(BATCH);
        for column in columns.iter_mut().flatten() {
            column.fill(batch)?;
        }
        left -= batch;
        for row in 0..batch {
            let values = columns.each_ref().map(|column: &Option<Column>| match column {
                Some(column) => column.texts.at(row).map(str::trim),
                None => Some(""),
            });
            match Row::of(values) {
                Some(row) => take(row, noise)?,
                None => noise.unreadable += 1,
            }
        }
    }
    Ok(())
}

/// Values of a batch as text, in one buffer.
#[derive(Default)]
struct Texts {
    text: String,
    /// Where each value is; `None` if it cannot be read.
    places: Vec<Option<(usize, usize)>>,
}

impl Texts {
    fn at(&self, row: usize) -> Option<&str> {
        let (from, to) = (*self.places.get(row)?)?;
        self.text.get(from..to)
    }
}

/// What the numbers of a column mean.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Plain,
    Unsigned,
    Days,
    Timestamp { per_ms: i64 },
    Decimal { scale: i32 },
}

impl Kind {
    fn of(column: &ColumnDescriptor) -> Self {
        let timestamp = |unit: &TimeUnit| match unit {
            TimeUnit::MILLIS => Self::Timestamp { per_ms: 1 },
            TimeUnit::MICROS => Self::Timestamp { per_ms: 1_000 },
            TimeUnit::NANOS => Self::Timestamp { per_ms: 1_000_000 },
        };
        match (column.logical_type_ref(), column.converted_type()) {
            (Some(LogicalType::Timestamp(kind)), _) => timestamp(&kind.unit),
            (_, ConvertedType::TIMESTAMP_MILLIS) => timestamp(&TimeUnit::MILLIS),
            (_, ConvertedType::TIMESTAMP_MICROS) => timestamp(&TimeUnit::MICROS),
            (_, ConvertedType::DATE) | (Some(LogicalType::Date), _) => Self::Days,
            (_, ConvertedType::UINT_32 | ConvertedType::UINT_64) => Self::Unsigned,
            (_, ConvertedType::DECIMAL) => Self::Decimal { scale: column.type_scale() },
            _ => Self::Plain,
        }
    }

    /// Writes a whole number.
    fn whole(self, number: i64, out: &mut String) {
        // Writing to a string cannot fail.
        let _ = match self {
            Self::Plain => write!(out, "{number}"),
            Self::Unsigned => write!(out, "{}", number.cast_unsigned()),
            Self::Days => return time(number.saturating_mul(DAY_MS), out),
            Self::Timestamp { per_ms } => return time(number.div_euclid(per_ms), out),
            #[expect(clippy::cast_precision_loss, reason = "pieces, or a number that should have no fraction")]
            Self::Decimal { scale } => write!(out, "{}", number as f64 / 10f64.powi(scale)),
        };
    }
}

/// Writes a moment in a way that cannot be taken for seconds.
fn time(ms: i64, out: &mut String) {
    // Writing to a string cannot fail.
    let _ = match Timestamp::from_millisecond(ms) {
        Ok(moment) if ms < PLAIN_MS_MIN => write!(out, "{moment}"),
        _ => write!(out, "{ms}"),
    };
}

/// One column of a row group.
struct Column {
    reader: ColumnReader,
    kind: Kind,
    /// Level of a value that is there; 0 if all are.
    levels_max: i16,
    texts: Texts,
}

impl Column {
    /// Reads the next `count` rows.
    fn fill(&mut self, count: usize) -> Result<(), ParquetError> {
        let Self { reader, kind, levels_max, texts } = self;
        texts.text.clear();
        texts.places.clear();
        let (kind, max) = (*kind, *levels_max);
        // Numbers that are whole in a column of fractions are ids that a tool has made fractions.
        let fraction = |number: f64, out: &mut String| {
            // Writing to a string cannot fail.
            let _ = write!(out, "{number}");
            true
        };
        match reader {
            ColumnReader::Int32ColumnReader(reader) => values(reader, count, max, texts, |number, out| {
                let number =
                    if matches!(kind, Kind::Unsigned) { i64::from(number.cast_unsigned()) } else { (*number).into() };
                kind.whole(number, out);
                true
            }),
            ColumnReader::Int64ColumnReader(reader) => values(reader, count, max, texts, |number, out| {
                kind.whole(*number, out);
                true
            }),
            // The way in which older tools write a moment.
            ColumnReader::Int96ColumnReader(reader) => values(reader, count, max, texts, |moment, out| {
                time(moment.to_millis(), out);
                true
            }),
            ColumnReader::FloatColumnReader(reader) => {
                values(reader, count, max, texts, |number, out| fraction((*number).into(), out))
            }
            ColumnReader::DoubleColumnReader(reader) => {
                values(reader, count, max, texts, |number, out| fraction(*number, out))
            }
            ColumnReader::ByteArrayColumnReader(reader) => {
                values(reader, count, max, texts, |bytes, out| utf8(bytes.data(), out))
            }
            ColumnReader::FixedLenByteArrayColumnReader(reader) => {
                values(reader, count, max, texts, |bytes, out| utf8(bytes.data(), out))
            }
            ColumnReader::BoolColumnReader(_) => {
                Err(ParquetError::General("a column of truth values says nothing".to_owned()))
            }
        }
    }
}

fn utf8(bytes: &[u8], out: &mut String) -> bool {
    str::from_utf8(bytes).map(|text| out.push_str(text)).is_ok()
}

/// Reads `count` rows of a column; `write` appends a value's text, or says that there is none.
fn values<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    count: usize,
    levels_max: i16,
    texts: &mut Texts,
    write: impl Fn(&T::T, &mut String) -> bool,
) -> Result<(), ParquetError> {
    let (mut levels, mut found) = (Vec::new(), Vec::new());
    let mut rows = 0;
    while rows < count {
        let (read, ..) =
            reader.read_records(count - rows, (levels_max > 0).then_some(&mut levels), None, &mut found)?;
        if read == 0 {
            return Err(ParquetError::EOF("a column has fewer rows than its row group".to_owned()));
        }
        rows += read;
    }
    // What is found has no nulls; the levels say where they are.
    let mut found = found.iter();
    for row in 0..count {
        let from = texts.text.len();
        let there = levels_max == 0 || levels.get(row) == Some(&levels_max);
        let readable = match there.then(|| found.next()).flatten() {
            Some(value) => write(value, &mut texts.text),
            None => true,
        };
        texts.places.push(readable.then_some((from, texts.text.len())));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::super::{Format, read};
    use super::*;

    /// The rows of a file that a database wrote (`tests/data/parquet/make.mjs`), with what was left out.
    fn rows(name: &str, columns: &str) -> Result<(Vec<[String; 4]>, Noise), LearnError> {
        let path = format!("{}/../../tests/data/parquet/{name}.parquet", env!("CARGO_MANIFEST_DIR"));
        let (mut rows, mut noise) = (Vec::new(), Noise::default());
        let columns = Columns::parse(columns).unwrap();
        read(Path::new(&path), None, &columns, &mut noise, &mut |_| {}, &mut |row, _| {
            rows.push([row.session, row.item, row.time, row.quantity].map(str::to_owned));
            Ok(())
        })?;
        Ok((rows, noise))
    }

    #[test]
    fn numbers_texts_moments_and_nulls_are_read_as_a_table_would_have_them() {
        let (rows, noise) = rows("clicks", "time=clicked_at").unwrap();
        assert_eq!(noise, Noise::default());
        let expected = [
            ["7", "a", "1714557600250", ""],
            ["7", "b", "1714557601000", ""],
            ["8", "", "1714561200000", ""],
            ["", "a", "", ""],
            ["9", "ü c", "1970-01-02T00:00:00Z", ""],
        ];
        assert_eq!(rows, expected.map(|row| row.map(str::to_owned)));
    }

    #[test]
    fn row_groups_fractions_days_decimals_and_fields_of_structures_are_read() {
        let columns = "session=visitor,item=product.sku,time=day,quantity=pieces";
        let (rows, _) = rows("odd", columns).unwrap();
        assert_eq!(rows.len(), 5_000);
        assert_eq!(rows.last().unwrap().each_ref().map(String::as_str), ["1666", "4", "1858464000000", ""]);
        assert_eq!(rows.get(2_050).unwrap().each_ref().map(String::as_str), ["683", "0", "1773532800000", "2"]);
    }

    #[test]
    fn pages_packed_with_zstd_or_lz4_are_read() {
        for name in ["zstd", "lz4"] {
            let (rows, _) = rows(name, "").unwrap();
            assert_eq!(rows, [["1", "2", "", ""].map(str::to_owned)], "{name}");
        }
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        let text = |name, columns| rows(name, columns).unwrap_err().to_string();
        assert!(text("odd", "session=visitor,item=list").contains("has no column `list`"));
        assert!(text("odd", "session=visitor,item=mobile").contains("a column of truth values says nothing"));
        let (path, columns) = (concat!(env!("CARGO_MANIFEST_DIR"), "/lib.rs"), Columns::default());
        let (mut noise, mut take) = (Noise::default(), |_: Row<'_>, _: &mut Noise| Ok(()));
        let wrong = read(Path::new(path), Some(Format::Parquet), &columns, &mut noise, &mut |_| {}, &mut take);
        assert!(wrong.unwrap_err().to_string().contains("is not readable as Parquet"));
    }
}
