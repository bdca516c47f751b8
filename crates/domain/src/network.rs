//! Networks of addresses: where somebody may come from, and whom to believe.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// An address, or all addresses that begin with the same bits (RFC 4632; RFC 4291, 2.3). An IPv4 address written as an IPv6 one
/// (`::ffff:192.0.2.1`) is the IPv4 address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Network {
    /// Of IPv4.
    V4 {
        /// The first address, without the bits behind the mask.
        first: u32,
        /// The bits that count.
        mask: u32,
    },
    /// Of IPv6.
    V6 {
        /// The first address, without the bits behind the mask.
        first: u128,
        /// The bits that count.
        mask: u128,
    },
}

/// A text that is neither an address nor a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotNetwork;

/// How many bits the IPv4 addresses within IPv6 begin with (RFC 4291, 2.5.5.2).
const MAPPED: u8 = 96;

impl Network {
    /// Where everybody is, for what is counted wherever it comes from.
    pub const EVERYWHERE: Self = Self::V6 { first: 0, mask: 0 };

    /// The addresses that are most likely one caller's: the address alone in IPv4, its /64 in IPv6, of which one customer of a provider has
    /// at least a whole one (RFC 6177).
    #[must_use]
    pub fn around(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self::V4 { first: address.to_bits(), mask: u32::MAX },
            IpAddr::V6(address) => {
                let mask = u128::MAX << 64;
                Self::V6 { first: address.to_bits() & mask, mask }
            }
        }
    }

    /// Whether an address is in it.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self, address.to_canonical()) {
            (Self::V4 { first, mask }, IpAddr::V4(address)) => address.to_bits() & mask == *first,
            (Self::V6 { first, mask }, IpAddr::V6(address)) => address.to_bits() & mask == *first,
            _ => false,
        }
    }

    fn v4(address: Ipv4Addr, length: u8) -> Result<Self, NotNetwork> {
        let free = 32_u32.checked_sub(length.into()).ok_or(NotNetwork)?;
        let mask = u32::MAX.checked_shl(free).unwrap_or(0);
        Ok(Self::V4 { first: address.to_bits() & mask, mask })
    }

    fn v6(address: Ipv6Addr, length: u8) -> Result<Self, NotNetwork> {
        if let (Some(address), Some(length)) = (address.to_ipv4_mapped(), length.checked_sub(MAPPED)) {
            return Self::v4(address, length);
        }
        let free = 128_u32.checked_sub(length.into()).ok_or(NotNetwork)?;
        let mask = u128::MAX.checked_shl(free).unwrap_or(0);
        Ok(Self::V6 { first: address.to_bits() & mask, mask })
    }
}

impl FromStr for Network {
    type Err = NotNetwork;

    fn from_str(text: &str) -> Result<Self, NotNetwork> {
        let (address, length) = text.split_once('/').map_or((text, None), |(address, length)| (address, Some(length)));
        let is_length = |text: &str| {
            (1..=3).contains(&text.len())
                && text.bytes().all(|byte| byte.is_ascii_digit())
                && (text == "0" || !text.starts_with('0'))
        };
        let length = match length {
            Some(length) if is_length(length) => Some(length.parse().map_err(|_| NotNetwork)?),
            Some(_) => return Err(NotNetwork),
            None => None,
        };
        match address.parse().map_err(|_| NotNetwork)? {
            IpAddr::V4(address) => Self::v4(address, length.unwrap_or(32)),
            IpAddr::V6(address) => Self::v6(address, length.unwrap_or(128)),
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::V4 { first, mask: u32::MAX } => Ipv4Addr::from_bits(first).fmt(formatter),
            Self::V4 { first, mask } => write!(formatter, "{}/{}", Ipv4Addr::from_bits(first), mask.count_ones()),
            Self::V6 { first, mask: u128::MAX } => Ipv6Addr::from_bits(first).fmt(formatter),
            Self::V6 { first, mask } => write!(formatter, "{}/{}", Ipv6Addr::from_bits(first), mask.count_ones()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn network(text: &str) -> Network {
        text.parse().unwrap()
    }

    #[test]
    fn a_caller_has_an_address_of_ipv4_or_a_64_of_ipv6() {
        for (address, around) in [
            ("192.0.2.1", "192.0.2.1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("::1", "::/64"),
        ] {
            assert_eq!(Network::around(address.parse().unwrap()).to_string(), around);
        }
    }

    #[test]
    fn an_address_is_in_the_networks_whose_first_bits_it_has() {
        for (text, inside, outside) in [
            ("192.0.2.1", "192.0.2.1", "192.0.2.2"),
            ("192.0.2.0/24", "192.0.2.255", "192.0.3.0"),
            ("192.0.2.129/25", "192.0.2.255", "192.0.2.127"),
            ("10.0.0.0/8", "10.255.255.255", "11.0.0.0"),
            ("0.0.0.0/0", "255.255.255.255", "::1"),
            ("2001:db8::/32", "2001:db8:ffff::1", "2001:db9::"),
            ("::/0", "2001:db8::1", "192.0.2.1"),
            ("::1", "::1", "127.0.0.1"),
            ("::ffff:192.0.2.0/120", "192.0.2.9", "192.0.3.0"),
            ("::ffff:192.0.2.1", "192.0.2.1", "192.0.2.2"),
            ("192.0.2.0/24", "::ffff:192.0.2.7", "::ffff:192.0.3.7"),
        ] {
            assert!(network(text).contains(inside.parse().unwrap()), "{text} {inside}");
            assert!(!network(text).contains(outside.parse().unwrap()), "{text} {outside}");
        }
    }

    #[test]
    fn a_network_is_written_by_its_first_address() {
        for (text, written) in [
            ("192.0.2.77/24", "192.0.2.0/24"),
            ("192.0.2.77/32", "192.0.2.77"),
            ("2001:DB8::1/32", "2001:db8::/32"),
            ("2001:db8::1/128", "2001:db8::1"),
            ("::ffff:c000:201", "192.0.2.1"),
            ("0.0.0.0/0", "0.0.0.0/0"),
        ] {
            assert_eq!(network(text).to_string(), written);
        }
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in [
            "",
            "/",
            "/24",
            "192.0.2.1/",
            "192.0.2.1/33",
            "192.0.2.1/-1",
            "192.0.2.1/+8",
            "192.0.2.1/08",
            "192.0.2.1/8/8",
            "192.0.2.1 ",
            "192.0.2",
            "192.0.2.0/255.255.255.0",
            "1.2.3.256",
            "010.0.0.1",
            "2001:db8::/129",
            "[::1]",
            "fe80::1%eth0",
            "localhost",
            "１９２.0.2.1",
            "*",
        ] {
            assert_eq!(text.parse::<Network>(), Err(NotNetwork), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_network_holds_the_address_that_it_was_made_of(address: IpAddr, length in 0_u8..=128) {
            let length = if address.is_ipv4() { length.min(32) } else { length };
            let made: Network = format!("{address}/{length}").parse().unwrap();
            prop_assert!(made.contains(address) || address.to_canonical().is_ipv4() && address.is_ipv6());
            prop_assert_eq!(made.to_string().parse::<Network>(), Ok(made));
        }
    }
}
