//! A QR code as a path of an SVG.

use qrcodegen::{QrCode, QrCodeEcc};

/// The empty modules around it that a reader needs (ISO/IEC 18004, 9.1).
const QUIET: i32 = 4;

/// A QR code.
pub(crate) struct Qr {
    /// How many modules it is wide and high, with what is empty around it.
    pub(crate) side: i32,
    /// The dark modules: `d` of a path whose unit is a module.
    pub(crate) path: String,
}

impl Qr {
    /// The QR code of a text; None where it is too long for one.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
        let mut path = String::new();
        for y in 0..code.size() {
            let mut x = 0;
            while x < code.size() {
                let run = (x..code.size()).take_while(|at| code.get_module(*at, y)).count();
                let run = i32::try_from(run).unwrap_or(0);
                if run > 0 {
                    path.push_str(&format!("M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET));
                }
                x += run.max(1);
            }
        }
        Some(Self { side: code.size() + 2 * QUIET, path })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dark_runs_are_drawn_once() {
        let qr = Qr::of("otpauth://totp/Musubi:yamada?secret=ABC").unwrap();
        // The finder pattern at the left top is seven dark modules wide.
        assert!(qr.path.starts_with("M4 4h7v1h-7z"), "{}", qr.path);
        let code = QrCode::encode_text("otpauth://totp/Musubi:yamada?secret=ABC", QrCodeEcc::Medium).unwrap();
        let dark = (0..code.size())
            .flat_map(|y| (0..code.size()).map(move |x| (x, y)))
            .filter(|(x, y)| code.get_module(*x, *y));
        let drawn: i32 = qr
            .path
            .split('h')
            .skip(1)
            .step_by(2)
            .map(|run| run.split('v').next().unwrap().parse::<i32>().unwrap())
            .sum();
        assert_eq!(usize::try_from(drawn).unwrap(), dark.count());
        assert!(Qr::of(&"a".repeat(8_000)).is_none());
    }
}
