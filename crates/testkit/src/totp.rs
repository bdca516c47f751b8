//! The device of somebody who signs in with one-time codes, written from RFC 6238 by itself.

use aws_lc_rs::hmac;
use musubi_domain::time::Timestamp;

/// The code of a moment for a secret in Base32.
///
/// # Panics
/// Where the text is not Base32.
#[must_use]
pub fn code(secret: &str, now: Timestamp) -> String {
    let value = |letter: u8| match letter {
        b'A'..=b'Z' => letter - b'A',
        b'2'..=b'7' => letter - b'2' + 26,
        _ => unreachable!("a letter that is none of Base32"),
    };
    let bits: Vec<u8> =
        secret.bytes().map(value).flat_map(|value| (0..5).rev().map(move |at| value >> at & 1)).collect();
    let key: Vec<u8> = bits.chunks_exact(8).map(|bits| bits.iter().fold(0, |byte, bit| byte << 1 | bit)).collect();
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &key);
    let tag = hmac::sign(&key, &(now.micros() / 30_000_000).to_be_bytes());
    let offset = usize::from(tag.as_ref().last().map_or(0, |last| last & 15));
    let cut = tag.as_ref().iter().skip(offset).take(4);
    let number = cut.fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
    format!("{:06}", (number & 0x7fff_ffff) % 1_000_000)
}
