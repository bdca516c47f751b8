//! Calls that leave the machine: which addresses may be called, and what can go wrong with a call.

use std::net::{IpAddr, Ipv6Addr};

use crate::network::Network;

/// Why a call had no answer, or none that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallFault {
    /// The URL is none that can be called.
    Url,
    /// A header cannot be sent.
    Header,
    /// The address is of this machine or of a private network, and the administrator of the installation has not allowed it.
    Address,
    /// The URL is one of http, and the address is not one that the administrator of the installation has allowed.
    NotEncrypted,
    /// No address was found for the name.
    Name,
    /// Nobody answered at the address.
    Connection,
    /// There is no safe connection: the certificate does not hold, or is another's.
    Tls,
    /// It took too long.
    Time,
    /// The answer is larger than what is taken.
    Size,
    /// What came is no HTTP, or ended too early.
    Answer,
    /// The answer is not one of success (2xx).
    Status,
}

impl CallFault {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Url,
        Self::Header,
        Self::Address,
        Self::NotEncrypted,
        Self::Name,
        Self::Connection,
        Self::Tls,
        Self::Time,
        Self::Size,
        Self::Answer,
        Self::Status,
    ];

    /// The word for it, in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Url => "url",
            Self::Header => "header",
            Self::Address => "address",
            Self::NotEncrypted => "not_encrypted",
            Self::Name => "name",
            Self::Connection => "connection",
            Self::Tls => "tls",
            Self::Time => "time",
            Self::Size => "size",
            Self::Answer => "answer",
            Self::Status => "status",
        }
    }

    /// The fault of a word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fault| fault.word() == word)
    }
}

/// Networks of IPv4 that are no place on the internet (IANA IPv4 Special-Purpose Address Registry; multicast; RFC 1112, 4).
const SPECIAL_V4: [(u32, u32); 15] = [
    (0x0000_0000, 8),  // this host
    (0x0a00_0000, 8),  // private
    (0x6440_0000, 10), // shared by customers of a provider
    (0x7f00_0000, 8),  // loopback
    (0xa9fe_0000, 16), // link-local, where clouds keep their secrets
    (0xac10_0000, 12), // private
    (0xc000_0000, 24), // protocols
    (0xc000_0200, 24), // examples
    (0xc058_6300, 24), // 6to4 relays
    (0xc0a8_0000, 16), // private
    (0xc612_0000, 15), // measurements
    (0xc633_6400, 24), // examples
    (0xcb00_7100, 24), // examples
    (0xe000_0000, 4),  // multicast
    (0xf000_0000, 4),  // reserved, broadcast
];

/// Networks within 2000::/3, which alone is given out, that are no place on the internet or hide an address of IPv4 (IANA IPv6
/// Special-Purpose Address Registry).
const SPECIAL_V6: [(u128, u32); 4] = [
    (0x2001_0000 << 96, 23), // protocols, Teredo
    (0x2001_0db8 << 96, 32), // examples
    (0x2002_0000 << 96, 16), // 6to4
    (0x3fff_0000 << 96, 20), // examples
];

/// The prefix of NAT64, which carries an address of IPv4 (RFC 6052, 2.1).
const NAT64: u128 = 0x0064_ff9b << 96;

/// Whether an address is a place on the internet that anybody may call: not of this machine, of a private or link-local network, of a
/// group, or kept for something else. An address of IPv4 within one of IPv6 is judged as what it is.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => !SPECIAL_V4.iter().any(|(first, length)| {
            let mask = u32::MAX.checked_shl(32 - length).unwrap_or(0);
            address.to_bits() & mask == *first
        }),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let bits = address.to_bits();
    let begins = |first: u128, length: u32| bits & u128::MAX.checked_shl(128 - length).unwrap_or(0) == first;
    if begins(NAT64, 96) {
        let last = u32::try_from(bits & u128::from(u32::MAX)).unwrap_or(0);
        return is_public(IpAddr::V4(last.into()));
    }
    begins(0x2000 << 112, 3) && !SPECIAL_V6.iter().any(|(first, length)| begins(*first, *length))
}

/// Whether an address may be called: it is public, or in a network that the administrator of the installation has allowed.
#[must_use]
pub fn may_be_called(address: IpAddr, allowed: &[Network]) -> bool {
    is_public(address) || is_allowed(address, allowed)
}

/// Whether an address is in a network that the administrator of the installation has allowed.
#[must_use]
pub fn is_allowed(address: IpAddr, allowed: &[Network]) -> bool {
    allowed.iter().any(|network| network.contains(address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_on_the_internet_is_not_called() {
        for address in [
            "127.0.0.1",
            "127.255.255.254",
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "10.255.255.255",
            "100.64.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.168.1.1",
            "198.18.0.1",
            "192.0.2.1",
            "198.51.100.1",
            "203.0.113.1",
            "192.88.99.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "::127.0.0.1",
            "fc00::1",
            "fdff::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "100::1",
            "4000::1",
        ] {
            let address: IpAddr = address.parse().unwrap();
            assert!(!is_public(address), "{address}");
            assert!(!may_be_called(address, &["203.0.112.0/24".parse().unwrap()]), "{address}");
        }
        for address in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.1",
            "169.253.255.255",
            "172.15.255.255",
            "172.32.0.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
            "2400:cb00::1",
            "2606:4700::1111",
            "2001:200::1",
            "2001:4860:4860::8888",
        ] {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn what_is_allowed_is_called() {
        let allowed = ["10.1.0.0/16".parse().unwrap(), "::1".parse().unwrap()];
        for (address, may) in [
            ("10.1.2.3", true),
            ("::ffff:10.1.2.3", true),
            ("10.2.0.1", false),
            ("::1", true),
            ("127.0.0.1", false),
            ("8.8.8.8", true),
        ] {
            assert_eq!(may_be_called(address.parse().unwrap(), &allowed), may, "{address}");
        }
    }

    #[test]
    fn every_fault_has_its_word() {
        for fault in CallFault::ALL {
            assert_eq!(CallFault::of_word(fault.word()), Some(fault));
        }
        assert_eq!(CallFault::of_word("x"), None);
    }
}
