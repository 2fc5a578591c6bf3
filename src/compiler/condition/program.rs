//! The limits of a program.

use super::lowering::Lowering;
use crate::codes::Code;
use attune_core::bundle::{Op, Program};
use attune_core::limits;

impl Lowering<'_, '_, '_> {
    /// Whether a program is within the limits of the evaluator; if not, that is reported.
    pub(super) fn within_limits(&mut self, program: &Program) -> bool {
        let depth = depth(program);
        let good = program.len() <= limits::PROGRAM_OPS_MAX && depth <= limits::PROGRAM_DEPTH_MAX;
        if !good {
            let root = self.tree.root.clone();
            self.report(
                Code::ConditionTooLarge,
                &root,
                format!("the condition has {} steps, nested {depth} deep", program.len()),
                format!(
                    "at most {} steps, nested {} deep, are possible: split it into segments and use in_segment",
                    limits::PROGRAM_OPS_MAX,
                    limits::PROGRAM_DEPTH_MAX
                ),
            );
        }
        good
    }
}

/// The deepest stack that a program needs.
fn depth(program: &[Op]) -> usize {
    let (mut now, mut deepest) = (0_usize, 0);
    for op in program {
        match op {
            Op::Atom(_) | Op::Segment(_) | Op::Const(_) => now += 1,
            Op::Not => {}
            Op::And | Op::Or => now = now.saturating_sub(1),
            Op::Choose => now = now.saturating_sub(2),
        }
        deepest = deepest.max(now);
    }
    deepest
}
