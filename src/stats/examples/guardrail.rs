//! Guardrails: how soon harm is stopped, and how often an arm that does none.
//!
//! `cargo run --release -p attune-stats --example guardrail -- --runs 10000`

#![expect(clippy::print_stdout, reason = "a simulation")]

#[path = "simulation/hourly.rs"]
mod hourly;
#[path = "simulation/random.rs"]
mod random;

use attune_stats::guardrail::{ALPHA, alpha_each};
use hourly::{Traffic, stops_at};
use random::Random;

fn main() {
    let runs = option("--runs").unwrap_or(1_000.0);
    let count = Traffic {
        conversions_an_hour: 1_000.0,
        treatment_share: 0.5,
        harm: 0.2,
        alpha: ALPHA,
        hours: 168.0,
        minutes_between_looks: 1,
        is_revenue: false,
    };
    let none = Traffic { harm: 0.0, minutes_between_looks: 10, ..count };
    let revenue = Traffic { is_revenue: true, ..count };
    println!("{runs} runs of 168 hours, 1,000 conversions an hour in both arms without harm");
    println!("{:<44}{:>10}{:>9}{:>9}{:>9}", "", "stopped", "median", "p90", "p99");
    for (name, traffic) in [
        ("50/50, a fifth lost", count),
        ("50/50, a fifth lost, 2 guardrails x 2 arms", Traffic { alpha: alpha_each(2, 2), ..count }),
        ("50/50, a tenth lost", Traffic { harm: 0.1, ..count }),
        ("50/50, half lost", Traffic { harm: 0.5, ..count }),
        ("arm of 5 %, a fifth lost", Traffic { treatment_share: 0.05, ..count }),
        ("50/50, revenue, a fifth lost", revenue),
        ("50/50, nothing lost", none),
        ("arm of 5 %, nothing lost", Traffic { treatment_share: 0.05, ..none }),
        ("50/50, a tenth won", Traffic { harm: -0.1, ..none }),
        ("50/50, revenue, nothing lost", Traffic { is_revenue: true, minutes_between_looks: 60, ..none }),
        (
            "arm of 5 %, revenue, nothing lost",
            Traffic { treatment_share: 0.05, is_revenue: true, minutes_between_looks: 60, ..none },
        ),
    ] {
        let mut random = Random::new(7);
        let mut hours = Vec::new();
        let mut done = 0.0;
        while done < runs {
            hours.extend(stops_at(&traffic, &mut random));
            done += 1.0;
        }
        hours.sort_by(f64::total_cmp);
        let stopped = hours.iter().fold(0.0, |sum, _| sum + 100.0) / runs;
        let at = |percent: usize| {
            let hour = hours.get(hours.len() * percent / 100);
            hour.map_or_else(|| String::from("-"), |hour| format!("{hour:.2} h"))
        };
        println!("{name:<44}{stopped:>8.2} %{:>9}{:>9}{:>9}", at(50), at(90), at(99));
    }
}

fn option(name: &str) -> Option<f64> {
    let mut arguments = std::env::args().skip_while(|argument| argument != name);
    arguments.nth(1)?.parse().ok()
}
