//! `musubi serve`: the server, from its settings to the last answer.

mod demo;
mod first_start;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use musubi_http::{Tls, TlsTrouble};
use musubi_service::{Reach, Service};
use musubi_worker::{Means, Worker, WorkerSettings};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinError;

use crate::failure::Failure;
use crate::output::Output;
use crate::place::Place;
use crate::settings::{Given, Settings};
use crate::{lifecycle, telemetry};

/// How long a start that a signal has cut short may go on in the background.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Serve demo data, in a folder that is thrown away at the end unless --data is given.
    #[arg(long)]
    demo: bool,
}

/// A server that is about to answer.
struct Ready {
    service: Service,
    listener: TcpListener,
    tls: Option<Tls>,
    metrics: Option<TcpListener>,
    means: Means,
}

pub(crate) fn run(serve: &Serve, given: &Given, output: Output) -> Result<(), Failure> {
    let mut settings = Settings::of_process(given)?;
    telemetry::begin(&settings);
    let throw_away = if serve.demo && !settings.is_place_given { Some(demo::throw_away(&mut settings)?) } else { None };
    let place = Arc::new(Place::prepare(&settings)?);
    let runtime = lifecycle::runtime()?;
    let served = runtime.block_on(serve_until_stopped(&settings, Arc::clone(&place), serve.demo, output));
    runtime.shutdown_timeout(PATIENCE);
    drop(place);
    if let Some(folder) = throw_away {
        folder.close().unwrap_or_else(|error| tracing::warn!(%error, "the folder of the demo could not be removed"));
    }
    served
}

async fn serve_until_stopped(
    settings: &Settings,
    place: Arc<Place>,
    demo: bool,
    output: Output,
) -> Result<(), Failure> {
    let mut stop = lifecycle::stop_on_signal()?;
    let ready = tokio::select! {
        ready = begin(settings, place, demo, output) => ready?,
        _ = stop.wait_for(|stop| *stop) => return Ok(()),
    };
    let service = ready.service.clone();
    let answered = answer(ready, stop).await;
    tokio::task::spawn_blocking(move || service.db().close()).await.map_err(|error| ended(&error))?;
    tracing::info!("stopped");
    answered
}

/// Everything up to the line that says that the server is ready.
async fn begin(settings: &Settings, place: Arc<Place>, demo: bool, output: Output) -> Result<Ready, Failure> {
    let tls =
        settings.tls.clone().map(|(cert, key)| Tls::open(cert, key)).transpose().map_err(|trouble| no_tls(&trouble))?;
    let means = Means { mailer: settings.mailer()?, client: Some(settings.client()?) };
    let reach = Reach {
        own_names: own_names(settings),
        public_url: settings.public_url.clone(),
        has_mail: settings.smtp.is_some(),
        mail: settings.mail_said(),
        outbound_allowed: settings.outbound_allowed.clone(),
        trusted_proxies: settings.trusted_proxies.clone(),
    };
    let service = tokio::task::spawn_blocking(move || place.open(reach)).await.map_err(|error| ended(&error))??;
    // Bound before anything is made, so that an address that is taken leaves no password behind; whoever connects already waits.
    let (listener, address) = bind(&settings.listen).await?;
    let metrics = match &settings.metrics_listen {
        Some(listen) => Some(bind(listen).await?),
        None => None,
    };
    let demo_tenant = match (service.has_tenant().await?, demo) {
        (true, _) => None,
        (false, true) => demo::create(&service).await?,
        (false, false) => {
            first_start::begin_tenant(&service, output).await?;
            None
        }
    };
    if let Some(tenant) = demo_tenant {
        demo::introduce(&service, tenant, settings, address, output).await?;
    }
    if let Some((_, address)) = &metrics {
        tell(output, &format!("metrics on http://{address}"))?;
    }
    tell(output, &format!("listening on {}://{address}", scheme(settings)))?;
    tracing::info!(%address, version = env!("CARGO_PKG_VERSION"), "ready");
    Ok(Ready { service, listener, tls, means, metrics: metrics.map(|(listener, _)| listener) })
}

/// Answers and does jobs until it is told to stop, everything in flight is answered, and every job has ended its slice.
async fn answer(ready: Ready, stop: watch::Receiver<bool>) -> Result<(), Failure> {
    let Ready { service, listener, tls, metrics, means } = ready;
    let calls = tokio::spawn(musubi_http::serve(
        listener,
        musubi_http::router(service.clone(), musubi_screens::router(service.clone())),
        tls,
        stop.clone(),
    ));
    let worker = Worker::new(service.clone(), musubi_worker::kinds(means), WorkerSettings::default());
    let stop_jobs = stop.clone();
    let (live, mut stop_live) = (service.clone(), stop.clone());
    tokio::spawn(async move {
        // What goes on by itself would keep the server from stopping.
        let _ = stop_live.wait_for(|stop| *stop).await;
        live.live_end();
    });
    let jobs = tokio::spawn(async move { worker.run(stop_jobs).await });
    if let Some(listener) = metrics {
        // Nobody waits for whoever reads the metrics.
        tokio::spawn(musubi_http::serve(listener, musubi_http::metrics_router(service), None, stop));
    }
    let (answered, worked) = tokio::join!(calls, jobs);
    worked.map_err(|error| ended(&error))?;
    let answered = answered.map_err(|error| ended(&error))?;
    answered.map_err(|error| {
        Failure::plain(format!("サーバーが止まりました ({error})"), format!("the server ended ({error})"))
    })
}

/// The scheme by which the server itself is called.
const fn scheme(settings: &Settings) -> &'static str {
    if settings.tls.is_some() { "https" } else { "http" }
}

fn no_tls(trouble: &TlsTrouble) -> Failure {
    let (ja, en) = match trouble {
        TlsTrouble::Unreadable { file, error } => {
            let file = file.display();
            (format!("{file} を読めません ({error})"), format!("{file} cannot be read ({error})"))
        }
        TlsTrouble::NoCertificate { file } => {
            let file = file.display();
            (format!("{file} に PEM 形式の証明書がありません"), format!("{file} holds no certificate in PEM"))
        }
        TlsTrouble::NoKey { file } => {
            let file = file.display();
            let en = format!("{file} holds no private key in PEM without a password");
            (format!("{file} にパスワードなしの PEM 形式の秘密鍵がありません"), en)
        }
        TlsTrouble::Unusable { file } => {
            let file = file.display();
            let en = format!("what {file} holds is broken or of an unknown kind");
            (format!("{file} の内容が壊れているか、使えない種類です"), en)
        }
        TlsTrouble::Mismatch => (
            "証明書と秘密鍵の組み合わせが違います (--tls-cert, --tls-key)".to_owned(),
            "the private key is not that of the certificate (--tls-cert, --tls-key)".to_owned(),
        ),
        TlsTrouble::Broken { error } => {
            (format!("TLS を使えません ({error})"), format!("TLS cannot be set up ({error})"))
        }
    };
    Failure::plain(ja, en)
}

async fn bind(listen: &str) -> Result<(TcpListener, SocketAddr), Failure> {
    let bound =
        TcpListener::bind(listen).await.and_then(|listener| listener.local_addr().map(|address| (listener, address)));
    bound.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => Failure::plain(
            format!("{listen} は別のプログラムが使っています"),
            format!("another program listens on {listen}"),
        ),
        _ => Failure::plain(
            format!("{listen} で待ち受けられません ({error})"),
            format!("cannot listen on {listen} ({error})"),
        ),
    })
}

/// The names under which a single tenant is reached: the host of the public URL, and the address that is listened on where it is a
/// certain one.
fn own_names(settings: &Settings) -> Vec<String> {
    let host = musubi_domain::tenant::host_name(&settings.listen);
    let is_certain = |host: &String| !host.parse::<IpAddr>().is_ok_and(|address| address.is_unspecified());
    settings.public_host.clone().into_iter().chain(host.filter(is_certain)).collect()
}

/// Says something on standard output; that nobody reads it any more is no reason not to serve.
fn tell(output: Output, text: &str) -> Result<(), Failure> {
    match output.line(text) {
        Err(Failure::ReaderGone) => Ok(()),
        other => other,
    }
}

fn ended(error: &JoinError) -> Failure {
    Failure::plain(
        format!("内部の処理が途中で止まりました ({error})"),
        format!("a part of the server ended before its time ({error})"),
    )
}
