//! Laws of what consent tools write into cookies.

use attune_core::bundle::{ConsentSource, ConsentTool};
use attune_core::profile::{Choice, Choices, Held, gpp_choices, tcf_choices};

/// A TC string that refuses everything.
const REFUSED: &[u8] = b"COvFyGBOvFyGBAbAAAENAPCAAAAAAAAAAAAAAAEEUACCKAAA";

/// Any bytes as the cookie of a consent tool: read or refused, and a no beside it wins.
pub fn consent_string(data: &[u8]) {
    let (tcf, gpp) = (tcf_choices(data), gpp_choices(data));
    if let Some(said) = tcf {
        assert!(
            said.personalization != Choice::Unknown && said.measurement != Choice::Unknown,
            "a TC string is no silence"
        );
        assert_eq!(tcf_choices(&[data, b".IAAA"].concat()), tcf, "vendors change nothing");
        assert_eq!(tcf_choices(&[data, b"."].concat()), None, "an empty segment is none");
    }
    if data.first() == Some(&b'C') {
        assert_eq!(gpp, tcf, "a TC string alone is one in GPP, too");
    } else if gpp.is_some() {
        assert_eq!(gpp_choices(&[data, b"~A"].concat()), None, "each section has its id");
    }
    for source in ConsentSource::ALL {
        let text = String::from_utf8_lossy(data.get(..8).unwrap_or(data)).into_owned();
        let tool = ConsentTool { source, cookie: "tool".into(), personalization: text.clone(), measurement: text };
        let said = |header: &[u8]| {
            let mut held = Held::default();
            held.hear(&tool, header);
            held.tool
        };
        let is_read = !matches!(source, ConsentSource::Api | ConsentSource::Gtag);
        assert_eq!(said(&[b"tool=", data].concat()).is_some(), is_read);
        if matches!(source, ConsentSource::Tcf | ConsentSource::Gpp) && !data.contains(&b';') {
            let no = Choices { personalization: Choice::Denied, measurement: Choice::Denied };
            assert_eq!(said(&[b"tool=", data, b"; tool=", REFUSED].concat()), Some(no), "a no wins");
        }
    }
}
