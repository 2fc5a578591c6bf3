//! Parameters, given or tuned.

use super::failure::broken;
use crate::failure::Failure;
use crate::output::progress;
use attune_learn::Parameters;
use attune_learn::evaluation::HeldOut;
use attune_learn::tuning::{Tuning, steps_max, tune};

/// Parameters as given, or tuned on what was held out, for lists with or without the current product; where nothing
/// was held out, the defaults.
pub(super) fn choose(
    held_out: &[HeldOut],
    items: usize,
    given: Option<Parameters>,
    include_current: bool,
) -> Result<(Parameters, Option<Tuning>), Failure> {
    if given.is_some() || held_out.is_empty() {
        return Ok((given.unwrap_or_default(), None));
    }
    let bar = progress::steps(steps_max(), "tuning");
    let tuning = tune(held_out, items, include_current, || bar.inc(1)).map_err(broken)?;
    bar.finish_and_clear();
    Ok((tuning.parameters, Some(tuning)))
}

/// Parameters in one line.
pub(super) fn text(parameters: &Parameters) -> String {
    parameters.named().map(|(name, value)| format!("{name} {value}")).join(", ")
}

/// Parameters for programs.
pub(super) fn json(parameters: &Parameters) -> serde_json::Value {
    serde_json::Value::Object(
        parameters.named().map(|(name, value)| (name.to_owned(), value.into())).into_iter().collect(),
    )
}
