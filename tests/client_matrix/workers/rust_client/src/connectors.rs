//! How a program gives tokio-postgres its TLS: over the crates openssl and native-tls, with their defaults.

use std::error::Error;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use openssl::ssl::{SslConnector, SslMethod, SslVerifyMode};
use openssl::x509::X509;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio_postgres::Socket;

pub type Failure = Box<dyn Error + Send + Sync>;
type Connecting<S> = Pin<Box<dyn Future<Output = Result<Stream<S>, Failure>> + Send>>;

/// A stream over TLS; the trait is this driver's own, the stream the other crates'.
pub struct Stream<S>(S);

impl<S: AsyncRead + Unpin> AsyncRead for Stream<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context, buf: &mut ReadBuf) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Stream<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> TlsStream for Stream<S> {
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

#[derive(Clone)]
pub struct OpenSsl {
    connector: SslConnector,
    names: bool,
    host: String,
}

impl OpenSsl {
    /// `roots`: PEM, all of whose certificates are trusted beside the system's; empty for none.
    pub fn new(roots: &[u8], verifies: bool, names: bool) -> Result<Self, Failure> {
        let mut builder = SslConnector::builder(SslMethod::tls())?;
        if !roots.is_empty() {
            for certificate in X509::stack_from_pem(roots)? {
                builder.cert_store_mut().add_cert(certificate)?;
            }
        }
        if !verifies {
            builder.set_verify(SslVerifyMode::NONE);
        }
        Ok(Self { connector: builder.build(), names, host: String::new() })
    }
}

impl MakeTlsConnect<Socket> for OpenSsl {
    type Stream = Stream<tokio_openssl::SslStream<Socket>>;
    type TlsConnect = Self;
    type Error = Failure;

    fn make_tls_connect(&mut self, host: &str) -> Result<Self, Failure> {
        Ok(Self { host: host.to_owned(), ..self.clone() })
    }
}

impl TlsConnect<Socket> for OpenSsl {
    type Stream = Stream<tokio_openssl::SslStream<Socket>>;
    type Error = Failure;
    type Future = Connecting<tokio_openssl::SslStream<Socket>>;

    fn connect(self, stream: Socket) -> Self::Future {
        Box::pin(async move {
            let ssl = self.connector.configure()?.verify_hostname(self.names).into_ssl(&self.host)?;
            let mut made = tokio_openssl::SslStream::new(ssl, stream)?;
            if let Err(error) = Pin::new(&mut made).connect().await {
                let why = made.ssl().verify_result();
                return Err(format!("{error}: {why}").into());
            }
            Ok(Stream(made))
        })
    }
}

#[derive(Clone)]
pub struct NativeTls(tokio_native_tls::TlsConnector, String);

impl NativeTls {
    /// `roots`: PEM, the first certificate of which is trusted beside the system's; empty for none.
    pub fn new(roots: &[u8], verifies: bool, names: bool) -> Result<Self, Failure> {
        let mut builder = native_tls::TlsConnector::builder();
        if !roots.is_empty() {
            builder.add_root_certificate(native_tls::Certificate::from_pem(roots)?);
        }
        builder.danger_accept_invalid_certs(!verifies).danger_accept_invalid_hostnames(!names);
        Ok(Self(builder.build()?.into(), String::new()))
    }
}

impl MakeTlsConnect<Socket> for NativeTls {
    type Stream = Stream<tokio_native_tls::TlsStream<Socket>>;
    type TlsConnect = Self;
    type Error = Failure;

    fn make_tls_connect(&mut self, host: &str) -> Result<Self, Failure> {
        Ok(Self(self.0.clone(), host.to_owned()))
    }
}

impl TlsConnect<Socket> for NativeTls {
    type Stream = Stream<tokio_native_tls::TlsStream<Socket>>;
    type Error = Failure;
    type Future = Connecting<tokio_native_tls::TlsStream<Socket>>;

    fn connect(self, stream: Socket) -> Self::Future {
        Box::pin(async move { Ok(Stream(self.0.connect(&self.1, stream).await?)) })
    }
}
