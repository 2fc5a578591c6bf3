//! Which visitors have a bucket for a canary.

use super::*;
use crate::decide::canary_bucket;
use crate::profile::{PREVIEW_COOKIE, Preview};

const SALT: &str = "0102030405060708";

fn bucket_of(asked: &Ask) -> Option<u16> {
    core().canary_bucket(&Request::parse(&asked.text()).unwrap(), SALT)
}

#[test]
fn only_a_visitor_with_an_id_that_may_be_used_has_a_bucket() {
    let cookie = cookie_of(&consenting());
    let expected = canary_bucket(SALT, &"07".repeat(16));
    assert_eq!(bucket_of(&Ask { cookie: &cookie, ..Ask::default() }), Some(expected));
    assert_eq!(bucket_of(&Ask { cookie: &cookie, path: "/p/22423", ..Ask::default() }), Some(expected));
    assert_eq!(bucket_of(&Ask::default()), None, "nobody's cookie");
    assert_eq!(bucket_of(&Ask { cookie: &cookie[..cookie.len() - 2], ..Ask::default() }), None, "a forged cookie");
    assert_eq!(bucket_of(&Ask { cookie: &cookie, flags: "dmub", ..Ask::default() }), None, "a robot");
    let mut refused = consenting();
    refused.record(false, true, NOW_S - 10, ConsentSource::Api);
    assert_eq!(bucket_of(&Ask { cookie: &cookie_of(&refused), ..Ask::default() }), None, "somebody who refuses");
}

#[test]
fn the_persona_of_a_preview_has_none() {
    let keys = KeyRing::parse(KEYS).unwrap().bind("shop");
    let preview = Preview { name: "lena".into(), profile: consenting(), expires_s: NOW_S + 600, ..Preview::default() };
    let token = preview.seal(&keys, NOW_S).unwrap();
    let cookie = format!("{}; {PREVIEW_COOKIE}={token}", cookie_of(&consenting()));
    assert_eq!(bucket_of(&Ask { cookie: &cookie, ..Ask::default() }), None);
}
