//! steer: what does harm is found, and nothing else.

use super::{Folder, Ran};
use attune_stats::guardrail::{Counts, Harm, alpha_each, fires, log_evidence_of_counts};

const CONFIG: &str = include_str!("../data/results/attune.toml");

/// What one look says of these arms: of each its key, its units, and how many of them order.
fn look(config: &str, arms: &[(&str, u32, u32)]) -> Ran {
    let folder = Folder::new();
    folder.write("shop/attune.toml", config);
    let rows = arms.iter().flat_map(|(arm, units, converters)| {
        let base = format!(
            "\"experiment\":\"summer-hero/1\",\"arm\":\"{arm}\",\"epoch\":0,\"cohort\":1,\"day\":1,\"slice\":\"\""
        );
        let yy = converters * 400;
        [
            format!("{{{base},\"goal\":\"\",\"n\":{units}}}"),
            format!(
                "{{{base},\"goal\":\"orders\",\"converters\":{converters},\"y\":{converters},\"yy\":{converters}}}"
            ),
            format!(
                "{{{base},\"goal\":\"revenue\",\"converters\":{converters},\"y\":{},\"yy\":{yy}}}",
                converters * 20
            ),
        ]
    });
    folder.write("rows.ndjson", rows.collect::<Vec<_>>().join("\n"));
    folder.run(&["steer", "--from", "rows.ndjson", "--config", "shop"])
}

#[test]
fn an_arm_that_does_harm_is_found_and_the_message_has_its_numbers() {
    let ran = look(CONFIG, &[("control", 9_000, 500), ("sale", 9_000, 300), ("holdout", 2_000, 110)]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let harm = ran.out.lines().find(|line| line.starts_with("  HARM")).unwrap();
    assert!(harm.contains("orders  sale against control  300 of 9,000 visitors (3.3 %) beside 500 of 9,000"), "{harm}");
    assert!(
        ran.out.contains("would be turned off: guardrail: `orders` of sale does harm against control: 300"),
        "{}",
        ran.out
    );
    // The campaign is off then, whatever else is seen of it.
    assert!(ran.out.contains("  off   summer-hero  orders  all arms against holdout"), "{}", ran.out);
}

#[test]
fn the_evidence_is_that_of_the_statistics() {
    let alpha = alpha_each(1, 2);
    for sale in [300, 380, 400, 420, 440, 500, 700] {
        let ran = look(CONFIG, &[("control", 9_000, 500), ("sale", 9_000, sale), ("holdout", 2_000, 110)]);
        let counts = Counts { control: 500.0, treatment: sale.into(), treatment_share: 0.5 };
        let is_harm = fires(log_evidence_of_counts(&[counts], Harm::Fall), alpha);
        let shown = ran.out.lines().find(|line| line.contains("sale against control")).unwrap();
        assert_eq!(shown.starts_with("  HARM"), is_harm, "{sale}: {shown}");
        assert!(shown.ends_with("needed 400 to 1"), "{shown}");
    }
}

#[test]
fn values_are_watched_where_they_have_a_cap() {
    let config = CONFIG.replace("cap = 300", "cap = 300\nguard = \"drop\"");
    let arms = [("control", 9_000, 500), ("sale", 9_000, 250), ("holdout", 2_000, 110)];
    let ran = look(&config, &arms);
    assert!(ran.out.contains("needed 800 to 1") && ran.out.contains("revenue  sale against control"), "{}", ran.out);
    let ran = look(&config.replace("cap = 300", ""), &arms);
    assert!(ran.out.contains("no guardrail: write a cap under [goals.revenue]"), "{}", ran.out);
}

#[test]
fn a_goal_that_must_not_rise_is_watched_from_the_other_side() {
    let config = CONFIG.replace("guard = \"drop\"", "guard = \"rise\"");
    let ran = look(&config, &[("control", 9_000, 300), ("sale", 9_000, 500), ("holdout", 2_000, 70)]);
    assert!(ran.out.contains("  HARM  summer-hero  orders  sale against control"), "{}", ran.out);
    let ran = look(&config, &[("control", 9_000, 500), ("sale", 9_000, 300), ("holdout", 2_000, 110)]);
    assert!(!ran.out.contains("HARM"), "{}", ran.out);
}

#[test]
fn where_nothing_is_watched_it_is_said() {
    let ran = look(&CONFIG.replace("guard = \"drop\"\n", ""), &[("control", 9_000, 500)]);
    assert!(ran.code == 0 && ran.out.contains("no goal has a guard: nothing is watched"), "{}{}", ran.out, ran.err);
    let ran = look(CONFIG, &[]);
    assert!(ran.code == 0 && ran.out.contains("no campaign with arms or a holdout has visitors yet"), "{}", ran.out);
    let ran = Folder::new().run(&["steer", "--from", "x", "--every", "soon"]);
    assert!(ran.code == 2 && ran.err.contains("--every soon is not a length of time"), "{}", ran.err);
}

/// What one look says of a bandit with these arms: of each its key, its units, and how many of them order.
fn weights(config: &str, arms: &[(&str, u32, u32)]) -> String {
    let bandit = config.replace("holdout = 10\n", "bandit = true\nholdout = 10\n");
    let ran = look(&bandit, arms);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let mut lines = ran.out.lines().skip_while(|line| !line.starts_with("  weights"));
    format!("{}\n{}", lines.next().unwrap_or_default(), lines.next().unwrap_or_default())
}

#[test]
fn the_weights_of_a_bandit_follow_its_results() {
    let sale = weights(CONFIG, &[("control", 2_000, 100), ("sale", 2_000, 160), ("holdout", 400, 20)]);
    assert!(sale.contains("summer-hero  control 10.0 %, sale 90.0 % from 20"), "{sale}");
    assert!(sale.contains("nothing is changed: this is a trial"), "{sale}");
    // About half a standard error apart.
    let near = weights(CONFIG, &[("control", 2_000, 100), ("sale", 2_000, 107), ("holdout", 400, 20)]);
    assert!(near.contains("control 30.9 %, sale 69.1 %"), "{near}");
    let other = weights(CONFIG, &[("control", 2_000, 160), ("sale", 2_000, 100), ("holdout", 400, 20)]);
    assert!(other.contains("control 90.0 %, sale 10.0 %"), "{other}");
    let less = CONFIG.replace("guard = \"drop\"", "guard = \"rise\"");
    let less = weights(&less, &[("control", 2_000, 160), ("sale", 2_000, 100), ("holdout", 400, 20)]);
    assert!(less.contains("control 10.0 %, sale 90.0 %"), "{less}");
}

#[test]
fn weights_stay_where_the_results_say_nothing_and_it_is_said_why() {
    let same = weights(CONFIG, &[("control", 2_000, 100), ("sale", 2_000, 100)]);
    assert!(same.contains("summer-hero  stay: no share would change by a percentage point"), "{same}");
    assert!(weights(CONFIG, &[]).contains("stay: nobody was exposed yet"));
    assert!(weights(CONFIG, &[("control", 100, 10)]).contains("stay: an arm has too few visitors yet"));
    let few = weights(CONFIG, &[("control", 3, 0), ("sale", 2, 1)]);
    assert!(
        few.contains("stay: the arms together have 1 of the 100 visitors with `orders` that a change needs"),
        "{few}"
    );
    let off = weights(CONFIG, &[("control", 9_000, 500), ("sale", 9_000, 300), ("holdout", 2_000, 110)]);
    assert!(off.contains("stay: it is off"), "{off}");
    let revenue = CONFIG.replacen("goal = \"orders\"", "goal = \"revenue\"", 1);
    let few = weights(&revenue, &[("control", 2_000, 99), ("sale", 2_000, 200)]);
    assert!(few.contains("stay: an arm has 99 of the 100 converters that values need"), "{few}");
    assert!(weights(&revenue, &[("control", 2_000, 100), ("sale", 2_000, 200)]).contains("sale 90.0 %"));
    assert!(!look(CONFIG, &[("control", 2_000, 100), ("sale", 2_000, 160)]).out.contains("weights"));
}
