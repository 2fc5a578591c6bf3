//! What a call of the slot scanner costs, natively, by the size of the chunk.
//!
//! Takes a page as its argument. "Coding" is a call without bytes in the middle of the page: it reads the state and writes it
//! again, which leaves it as it was. Prints JSON, in nanoseconds a call: medians of nine rounds.

use attune_core::html::{SlotTarget, scan, scan_start};
use serde_json::{Value, json};
use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

const SLOTS: [&str; 5] = ["bar", "hero", "promo", "picks", "note"];
const CHUNKS_BYTES: [usize; 5] = [64, 256, 700, 1_400, 16_384];

fn main() -> Result<(), Box<dyn Error>> {
    let page = std::fs::read(std::env::args().nth(1).ok_or("needs a page")?)?;
    let mut slots = Vec::new();
    for (index, slot) in (0..).zip(SLOTS) {
        slots.push(SlotTarget { index, selector: format!("[data-slot=\"{slot}\"]").parse()? });
    }
    let start = scan_start(&slots, true)?;
    let mut middle = start.clone();
    scan(&mut middle, page.get(..page.len() / 2).unwrap_or(&page), false, &mut Vec::new())?;
    let coding_ns = median(1, || {
        let _ = black_box(scan(&mut middle, b"", false, &mut Vec::new()));
    });
    let chunks: Vec<Value> = CHUNKS_BYTES
        .iter()
        .map(|size| {
            let call_ns = median(page.len().div_ceil(*size), || by_chunks(&page, *size, &start));
            json!({ "bytes": size, "call_ns": call_ns })
        })
        .collect();
    println!("{}", json!({ "state_bytes": middle.len(), "coding_ns": coding_ns, "chunks": chunks }));
    Ok(())
}

fn by_chunks(page: &[u8], size: usize, start: &[u8]) {
    let (mut state, mut steps) = (start.to_vec(), Vec::new());
    for chunk in page.chunks(size) {
        scan(&mut state, chunk, false, &mut steps).expect("the state is the scanner's own");
        black_box(&steps);
        steps.clear();
    }
}

/// Nanoseconds of one of the calls that a run makes.
fn median(calls: usize, mut run: impl FnMut()) -> f64 {
    let mut rounds: Vec<f64> = (0..9).map(|_| each(calls, &mut run)).collect();
    rounds.sort_by(f64::total_cmp);
    rounds[rounds.len() / 2]
}

/// The same over 30 ms.
fn each(calls: usize, run: &mut impl FnMut()) -> f64 {
    let (start, mut runs) = (Instant::now(), 0.0);
    while start.elapsed() < Duration::from_millis(30) {
        run();
        runs += 1.0;
    }
    start.elapsed().as_secs_f64() * 1e9 / (runs * calls as f64)
}
