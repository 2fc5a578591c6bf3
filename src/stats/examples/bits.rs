//! Prints generated cases with the bits of their results: `cargo run -p attune-stats --features vectors --example bits -- 4000`.

fn main() {
    let cases = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(4_000);
    print!("{}", attune_stats::vectors::lines(cases));
}
