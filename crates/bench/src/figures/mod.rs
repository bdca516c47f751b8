//! The figures: one file for each.

pub(crate) mod detail;
pub(crate) mod footprint;
pub(crate) mod growth;
pub(crate) mod list;
pub(crate) mod records;
pub(crate) mod register;
pub(crate) mod rights;
pub(crate) mod screens;
pub(crate) mod token;

use anyhow::{Context as _, Result};

use crate::bench::Bench;
use crate::pairs::Runs;
use crate::report::Line;

/// A figure that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "UPPER")]
pub(crate) enum Figure {
    /// get-client-detail.
    P1,
    /// client/register.
    P2,
    /// get-client-list.
    P3,
    /// A list with rights of rows and items.
    P4,
    /// Tokens and sign-in.
    P7,
    /// Start, memory, size.
    P11,
    /// Growth.
    P12,
    /// The pages of the list.
    Screens,
    /// The record engine below the wire.
    E,
}

impl Figure {
    /// All, in the order in which they are measured.
    pub(crate) const ALL: [Self; 9] =
        [Self::P1, Self::P2, Self::P3, Self::P4, Self::P7, Self::P11, Self::P12, Self::Screens, Self::E];

    /// Measures it.
    ///
    /// # Errors
    /// Where something could not be measured.
    pub(crate) fn measure(self, bench: &Bench) -> Result<Vec<Line>> {
        match self {
            Self::P1 => detail::measure(bench),
            Self::P2 => register::measure(bench),
            Self::P3 => list::measure(bench),
            Self::P4 => rights::measure(bench),
            Self::P7 => token::measure(bench),
            Self::P11 => footprint::measure(bench),
            Self::P12 => growth::measure(bench),
            Self::Screens => screens::measure(bench),
            Self::E => records::measure(bench),
        }
    }

    /// Its number or name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::P1 => "P1",
            Self::P2 => "P2",
            Self::P3 => "P3",
            Self::P4 => "P4",
            Self::P7 => "P7",
            Self::P11 => "P11",
            Self::P12 => "P12",
            Self::Screens => "screens",
            Self::E => "E",
        }
    }
}

/// The runs of the contender at a place.
fn runs(measured: &[Runs], at: usize) -> Result<&Runs> {
    measured.get(at).context("every contender has its runs")
}
