//! JSON in and out: the readable profile, the events beacon, and the bodies of the control plane.
//!
//! Behind the cargo feature `json`, because the page core reads none. Every error names the path of the
//! value that is wrong: `cart.items[2].quantity: must be a whole number from 1 to 65535`.

mod ask;
mod beacon;
mod body;
mod conversion;
mod flags;
mod node;
mod params;
mod path;
mod plan;
mod profile;
mod readable;
mod report;
mod server_update;
mod stored;
mod tree;

pub use ask::{Ask, AskReader, AskedPage, parse_ask};
pub use beacon::{Beacon, BeaconError, RejectedEvent, parse_beacon};
pub use body::{
    ConsentBody, JsonProblem, OrderBody, PreviewBody, Visitor, VisitorRequest, parse_consent, parse_order,
    parse_preview, parse_visitor,
};
pub use conversion::{Conversion, parse_conversion};
pub use flags::{FlagsBody, FlagsVisitor, parse_flags};
pub use node::JsonError;
pub use plan::{PlanBody, parse_plan};
pub use profile::parse_profile;
pub use readable::{ReadableProfile, readable};
pub use report::{CLICK, EXPOSURE, Report};
pub use server_update::{Addressee, ServerUpdateBody, parse_login, parse_server_update};
pub use stored::{parse_rows, parse_stored_order, parse_texts};
