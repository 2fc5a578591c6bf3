//! Decisions: the site that is loaded, the input, and the answer as JSON and as a tree.

mod answer;
pub(crate) mod batch;
mod batch_segments;
mod cookie;
pub(crate) mod decide;
mod explained_answer;
mod input;
mod line;
mod options;
mod outcome;
mod prepared;
mod site;
mod tree;
mod tree_node;

pub use input::DecisionInput;
pub(crate) use line::LineReader;
pub use options::ArtifactOptions;
pub(crate) use options::MomentOptions;
pub(crate) use outcome::Decision;
pub use site::LoadedSite;
