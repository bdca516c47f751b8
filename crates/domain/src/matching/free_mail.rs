//! Domains that say nothing of a company: of mail for everybody, of mobile carriers and providers, of places where many
//! have their pages.

/// Domains of mail for everybody. Those below them are too: providers give each customer one (beige.plala.or.jp).
const MAIL: &[&str] = &[
    // Everywhere.
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "outlook.jp",
    "hotmail.com",
    "hotmail.co.jp",
    "live.com",
    "live.jp",
    "msn.com",
    "icloud.com",
    "me.com",
    "mac.com",
    "aol.com",
    "aol.jp",
    "proton.me",
    "protonmail.com",
    "gmx.com",
    "zoho.com",
    "mail.com",
    "qq.com",
    "163.com",
    "126.com",
    "naver.com",
    // Japan.
    "yahoo.co.jp",
    "yahoo.ne.jp",
    "yahoo.com",
    "ymail.ne.jp",
    "excite.co.jp",
    "goo.jp",
    "goo.ne.jp",
    "infoseek.jp",
    "rakumail.jp",
    // Carriers.
    "docomo.ne.jp",
    "mopera.net",
    "ezweb.ne.jp",
    "au.com",
    "auone.jp",
    "softbank.ne.jp",
    "softbank.jp",
    "vodafone.ne.jp",
    "ymobile.ne.jp",
    "ymobile1.ne.jp",
    "willcom.com",
    "wcm.ne.jp",
    "pdx.ne.jp",
    "disney.ne.jp",
    "uqmobile.jp",
    "rakuten.jp",
    // Providers.
    "nifty.com",
    "nifty.ne.jp",
    "biglobe.ne.jp",
    "ocn.ne.jp",
    "so-net.ne.jp",
    "plala.or.jp",
    "dion.ne.jp",
    "auone-net.jp",
    "asahi-net.or.jp",
    "home.ne.jp",
    "zaq.ne.jp",
    "eonet.ne.jp",
    "hi-ho.ne.jp",
    "dti.ne.jp",
    "odn.ne.jp",
    "wakwak.com",
    "sannet.ne.jp",
    "tiki.ne.jp",
    "commufa.jp",
    "ctk.ne.jp",
    "bbiq.jp",
    "megaegg.ne.jp",
    "pikara.ne.jp",
    "nns.ne.jp",
    "infoweb.ne.jp",
    "cyberhome.ne.jp",
];

/// Sites on which many have a page under one domain.
const SITES: &[&str] = &[
    "facebook.com",
    "instagram.com",
    "twitter.com",
    "x.com",
    "youtube.com",
    "linkedin.com",
    "tiktok.com",
    "line.me",
    "lin.ee",
    "page.line.me",
    "ameblo.jp",
    "note.com",
    "sites.google.com",
    "google.com",
    "linktr.ee",
    "peraichi.com",
    "geocities.jp",
    "geocities.co.jp",
    "rakuten.co.jp",
    "store.shopping.yahoo.co.jp",
    "amazon.co.jp",
    "itp.ne.jp",
    "ekiten.jp",
    "tabelog.com",
    "hotpepper.jp",
    "wantedly.com",
];

/// Whether a domain, as [`musubi_text::contact_point::mail_domain`] gives it, is open to everybody.
///
/// ```
/// use musubi_domain::matching::is_free_mail_domain;
/// assert!(is_free_mail_domain("gmail.com") && is_free_mail_domain("beige.plala.or.jp"));
/// assert!(!is_free_mail_domain("notgmail.com") && !is_free_mail_domain("example.co.jp"));
/// ```
#[must_use]
pub fn is_free_mail_domain(domain: &str) -> bool {
    MAIL.iter().any(|free| domain.strip_suffix(free).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

/// Whether a website's domain, as [`musubi_text::contact_point::website_domain`] gives it, is shared by many.
pub(super) fn is_shared_site(domain: &str) -> bool {
    SITES.contains(&domain) || is_free_mail_domain(domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    use musubi_text::contact_point::{mail_domain, website_domain};

    #[test]
    fn domains_stand_as_they_are_compared() {
        for domain in MAIL {
            assert_eq!(mail_domain(&format!("a@{domain}")).as_deref(), Some(*domain));
        }
        for domain in SITES {
            assert_eq!(website_domain(domain).as_deref(), Some(*domain));
        }
    }

    #[test]
    fn a_domain_below_is_free_and_one_that_ends_alike_is_not() {
        for free in ["i.softbank.jp", "jcom.home.ne.jp", "k3.dion.ne.jp", "docomo.ne.jp", "icloud.com"] {
            assert!(is_free_mail_domain(free), "{free}");
        }
        for other in ["mydocomo.ne.jp", "gmail.com.example", "gmail", "softbank.co.jp", ""] {
            assert!(!is_free_mail_domain(other), "{other}");
        }
        assert!(is_shared_site("facebook.com") && !is_shared_site("musubi.jimdofree.com"));
    }
}
