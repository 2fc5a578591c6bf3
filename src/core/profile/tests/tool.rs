//! How the cookie of the site's consent tool joins what is stored.

use super::super::*;
use super::sample::NOW_S;
use super::state::{FINAL, OPT_IN, OPT_OUT, fresh, held, jar};
use crate::bundle::ConsentTool;
use Choice::{Denied, Granted, Unknown};

#[test]
fn what_the_consent_tool_says_joins_what_is_stored() {
    let said = |choice| Some(Choices { personalization: choice, measurement: Granted });
    let [absent, yes, no] = [Unknown, Granted, Denied].map(said);
    let (api, tcf) = (ConsentSource::Api, ConsentSource::Tcf);
    // What is recorded, by whom, what the tool's cookie says: what holds under opt-in, and under opt-out.
    for (recorded, source, tool, opt_in, opt_out) in [
        // Nothing is recorded.
        (Unknown, api, None, Unknown, Granted),
        (Unknown, api, absent, Unknown, Granted),
        (Unknown, api, yes, Granted, Granted),
        (Unknown, api, no, Denied, Denied),
        // A yes to Attune itself.
        (Granted, api, None, Granted, Granted),
        (Granted, api, absent, Granted, Granted),
        (Granted, api, yes, Granted, Granted),
        (Granted, api, no, Denied, Denied),
        // A yes that was heard from the tool, and is as good as what it is a copy of.
        (Granted, tcf, None, Granted, Granted),
        (Granted, tcf, absent, Unknown, Granted),
        (Granted, tcf, yes, Granted, Granted),
        (Granted, tcf, no, Denied, Denied),
        // A no, whoever recorded it, until a yes is posted.
        (Denied, api, None, Denied, Denied),
        (Denied, api, absent, Denied, Denied),
        (Denied, api, yes, Denied, Denied),
        (Denied, tcf, yes, Denied, Denied),
        (Denied, tcf, no, Denied, Denied),
    ] {
        let consent = Consent { personalization: recorded, source, ..Consent::default() };
        for (terms, holds) in [(OPT_IN, opt_in), (OPT_OUT, opt_out)] {
            let effective = Effective::of(&consent, false, tool, false, terms);
            assert_eq!(effective.personalization, holds, "{recorded:?} {source:?} {tool:?} {terms:?}");
            // Each purpose by itself.
            let other = if tool.is_some() || terms == OPT_OUT { Granted } else { Unknown };
            assert_eq!(effective.measurement, other);
            let signal = Effective::of(&consent, false, tool, true, terms);
            assert_eq!((signal.personalization, signal.measurement), (Denied, Denied), "the signal stays");
            let opted_out = Effective::of(&consent, true, tool, false, terms);
            assert_eq!((opted_out.personalization, opted_out.measurement), (Denied, Denied));
        }
    }
    // A yes while the signal is sent, and the tool's cookie.
    let meant = Consent { personalization: Granted, source: tcf, under_gpc: true, ..Consent::default() };
    for (tool, terms, holds) in
        [(yes, OPT_IN, Granted), (absent, OPT_IN, Unknown), (no, OPT_IN, Denied), (yes, FINAL, Denied)]
    {
        assert_eq!(Effective::of(&meant, false, tool, true, terms).personalization, holds, "{tool:?}");
    }
}

#[test]
fn a_no_of_the_tool_deletes_the_profile_and_its_absence_does_not() {
    let tool = ConsentTool { source: ConsentSource::Cookie, cookie: "tool".into(), ..yes_is("1") };
    for source in [ConsentSource::Api, ConsentSource::Cookie] {
        for erased_s in [0, 1] {
            let mut state = ConsentState { erased_s, ..ConsentState::default() };
            state.record(true, true, NOW_S - 100, source);
            for stored in [Some(state), None, Some(ConsentState { erased_s, ..ConsentState::default() })] {
                for (value, goes) in [("", false), ("; tool=", false), ("; tool=1", false), ("; tool=0", true)] {
                    let header = jar(stored.clone(), &fresh()) + value;
                    let mut held = held(&header);
                    held.hear(&tool, header.as_bytes());
                    for terms in [OPT_IN, OPT_OUT] {
                        let effective = held.effective(false, terms);
                        assert_eq!(held.must_go(effective, terms), goes, "{source:?} {erased_s} {stored:?} {value}");
                    }
                }
            }
        }
    }
}

/// A tool whose cookie has this text of whoever agrees.
fn yes_is(text: &str) -> ConsentTool {
    ConsentTool { personalization: text.into(), measurement: text.into(), ..ConsentTool::default() }
}
