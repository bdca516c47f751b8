//! The client against a real receiver on loopback: where it goes, where it does not, and what it takes.

use musubi_testkit::receiver::{Receiver, Reply};

use super::*;

fn client(allowed: &[&str]) -> Client {
    let allowed = allowed.iter().map(|network| network.parse().unwrap()).collect();
    Client::new(&ClientSettings { allowed, authorities: String::new() }).unwrap()
}

fn call(url: &str) -> Call {
    Call {
        method: Method::POST,
        url: url.to_owned(),
        headers: Vec::new(),
        body: Bytes::from_static("結び".as_bytes()),
        patience: Duration::from_secs(20),
        answer: AnswerLimit::Whole,
    }
}

async fn fault(client: &Client, url: &str) -> CallFault {
    client.send(&call(url)).await.expect_err(url).fault
}

#[tokio::test]
async fn a_call_arrives_as_it_was_made() {
    let receiver = Receiver::open().await;
    let mut call = call(&receiver.url("/受け口?q=a b"));
    call.headers = vec![("X-One".to_owned(), "1".to_owned()), ("x-two".to_owned(), "a b".to_owned())];
    let answer = client(&["127.0.0.1"]).send(&call).await.unwrap();
    assert_eq!((answer.status, answer.body.as_slice(), answer.is_cut), (200, b"ok".as_slice(), false));
    let received = receiver.take();
    assert_eq!(received[0].line, "POST /%E5%8F%97%E3%81%91%E5%8F%A3?q=a%20b HTTP/1.1");
    assert_eq!(received[0].text(), "結び");
    assert_eq!(received[0].header("host"), format!("127.0.0.1:{}", receiver.port()));
    let mut names: Vec<_> = received[0].headers.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["connection", "content-length", "host", "user-agent", "x-one", "x-two"]);
}

/// Every way to say an address that is not on the internet; nothing may reach a receiver that listens there.
#[tokio::test]
async fn what_is_not_public_is_not_called() {
    let receiver = Receiver::open().await;
    let (port, client) = (receiver.port(), client(&["10.99.0.0/16"]));
    for host in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "017700000001",
        "0x7f.0.0.0x1",
        "１２７.0.0.1",
        "127.0.0.1.",
        "127。0。0。1",
        "0.0.0.0",
        "0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "localhost",
        "LOCALHOST",
        "169.254.169.254",
        "[::ffff:169.254.169.254]",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.0.1",
        "100.64.0.1",
        "[fc00::1]",
        "[fd00:ec2::254]",
        "[fe80::1]",
        "224.0.0.1",
        "255.255.255.255",
    ] {
        for scheme in ["http", "https"] {
            let url = format!("{scheme}://{host}:{port}/");
            assert_eq!(fault(&client, &url).await, CallFault::Address, "{url}");
        }
    }
    assert!(receiver.received().is_empty());
}

#[tokio::test]
async fn urls_that_lead_nowhere_are_refused() {
    let client = client(&["127.0.0.1"]);
    for url in [
        "",
        "127.0.0.1",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "http://",
        "http://u:p@127.0.0.1/",
        "http://u@127.0.0.1/",
    ] {
        assert_eq!(fault(&client, url).await, CallFault::Url, "{url}");
    }
    assert_eq!(fault(&client, "https://no-such-name.invalid/").await, CallFault::Name);
}

#[tokio::test]
async fn unencrypted_goes_to_allowed_networks_alone() {
    assert_eq!(fault(&client(&[]), "http://1.1.1.1:9/").await, CallFault::NotEncrypted);
}

#[tokio::test]
async fn a_name_is_judged_by_what_it_leads_to() {
    let receiver = Receiver::open().await;
    let url = format!("http://localhost:{}/", receiver.port());
    assert_eq!(fault(&client(&[]), &url).await, CallFault::Address);
    assert_eq!(client(&["127.0.0.1"]).send(&call(&url)).await.unwrap().status, 200);
    assert_eq!(receiver.received().len(), 1);
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_not_followed() {
    let (receiver, other) = (Receiver::open().await, Receiver::open().await);
    let location: &'static str = Box::leak(format!("location: {}\r\n", other.url("/")).into_boxed_str());
    for status in [301, 302, 303, 307, 308] {
        receiver.reply([Reply::Answer(status, location, String::new())]);
        assert_eq!(client(&["127.0.0.1"]).send(&call(&receiver.url("/"))).await.unwrap().status, status);
    }
    assert!(other.received().is_empty());
}

#[tokio::test]
async fn an_answer_is_taken_up_to_its_limit() {
    let receiver = Receiver::open().await;
    let client = client(&["127.0.0.1"]);
    receiver.reply([Reply::Endless, Reply::Endless]);
    assert_eq!(fault(&client, &receiver.url("/")).await, CallFault::Size);
    let first = Call { answer: AnswerLimit::First(70_000), ..call(&receiver.url("/")) };
    let answer = client.send(&first).await.unwrap();
    assert_eq!((answer.status, answer.body.len(), answer.is_cut), (200, 70_000, true));
    receiver.reply([Reply::Answer(500, "retry-after: 7\r\n", "a".repeat(70_000))]);
    let answer = client.send(&first).await.unwrap();
    let said = (answer.status, answer.body.len(), answer.is_cut, answer.retry_after.as_deref());
    assert_eq!(said, (500, 70_000, false, Some("7")));
}

#[tokio::test]
async fn nobody_is_waited_for_longer_than_was_said() {
    let receiver = Receiver::open().await;
    receiver.reply([Reply::Silence, Reply::Raw(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc")]);
    let client = client(&["127.0.0.1"]);
    let hurried = Call { patience: Duration::from_millis(200), ..call(&receiver.url("/")) };
    let failure = client.send(&hurried).await.unwrap_err();
    assert_eq!((failure.fault, failure.is_sent), (CallFault::Time, true));
    assert_eq!(client.send(&hurried).await.unwrap_err().fault, CallFault::Answer);
}

#[tokio::test]
async fn what_is_no_answer_is_told() {
    let receiver = Receiver::open().await;
    let client = client(&["127.0.0.1"]);
    receiver.reply([Reply::HangUp, Reply::Raw(b"SSH-2.0-OpenSSH\r\n\r\n"), Reply::Raw(b"HTTP/1.1 200 OK\r\n")]);
    for _ in 0..3 {
        assert_eq!(fault(&client, &receiver.url("/")).await, CallFault::Answer);
    }
    // Nothing of TLS is spoken here.
    receiver.speak_first(b"SSH-2.0-OpenSSH\r\n");
    assert_eq!(fault(&client, &format!("https://127.0.0.1:{}/", receiver.port())).await, CallFault::Tls);
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    assert_eq!(fault(&client, &format!("http://127.0.0.1:{free}/")).await, CallFault::Connection);
}

#[tokio::test]
async fn headers_cannot_be_smuggled_in() {
    let receiver = Receiver::open().await;
    let client = client(&["127.0.0.1"]);
    for (name, value) in [
        ("x", "a\r\nY: b"),
        ("x", "a\nb"),
        ("x", "a\0"),
        ("x\r\ny", "a"),
        ("x y", "a"),
        ("", "a"),
        ("Host", "other.example"),
        ("content-length", "0"),
        ("Transfer-Encoding", "chunked"),
        ("Connection", "keep-alive"),
        ("User-Agent", "x"),
    ] {
        let call = Call { headers: vec![(name.to_owned(), value.to_owned())], ..call(&receiver.url("/")) };
        assert_eq!(client.send(&call).await.unwrap_err().fault, CallFault::Header, "{name:?} {value:?}");
    }
    assert!(receiver.received().is_empty());
}
