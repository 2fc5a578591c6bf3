//! `cargo xtask prove pairs-sql`: the pair counts of Spark SQL, which needs more than a clone has.

use crate::folder::root;
use crate::step::quietly;
use anyhow::{Context, Result, ensure};
use std::fs;
use std::process::Command;

/// Spark's result of `pairs.sql` and the built-in count have to give the same index, byte for byte.
pub(crate) fn run() -> Result<()> {
    let python = std::env::var_os("PYTHON").unwrap_or("python3".into());
    let has_spark = Command::new(&python).args(["-c", "import pyspark"]).output().is_ok_and(|ran| ran.status.success());
    ensure!(has_spark, "needs Java and PySpark: `pip install pyspark`, with PYTHON as the interpreter that has it");
    let folder = root().join("build/prove");
    match fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => fs::create_dir_all(&folder).context("cannot make build/prove")?,
    }
    let clicks = root().join("tests/data/click-sessions/train.tsv.gz");
    let mut spark = Command::new(&python);
    spark.arg("tests/prove/pairs_sql.py").arg("src/learn/pairs.sql").arg(&clicks).arg(folder.join("pairs.csv"));
    quietly(spark.current_dir(root()))?;
    let learn = |source: &str, out: &str| {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
        cargo.args(["run", "--quiet", "-p", "attune", "--", "learn", source]).current_dir(root());
        cargo.arg(if source == "--pairs" { folder.join("pairs.csv") } else { clicks.clone() });
        quietly(cargo.arg("--out").arg(folder.join(out)).args(["--parameters", "distance=4"]))
    };
    learn("--sessions", "counted.index")?;
    fs::copy(folder.join("counted.index.items"), folder.join("pairs.index.items"))?;
    learn("--pairs", "pairs.index")?;
    ensure!(fs::read(folder.join("counted.index"))? == fs::read(folder.join("pairs.index"))?, "the indexes differ");
    Ok(())
}
