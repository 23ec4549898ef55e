//! Which certificate authorities are trusted: the system's, and those of a bundle that an organisation hands out.

use std::path::{Path, PathBuf};

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

/// The certificate authorities cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// The bundle cannot be read.
    #[error("cannot read the bundle {}", path.display())]
    Unreadable {
        /// The bundle.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The bundle is not PEM, or holds no certificate, or one that is not a certificate.
    #[error("the bundle {} is not a PEM file of certificates", .0.display())]
    Malformed(PathBuf),
    /// TLS cannot be set up with them.
    #[error("cannot set up TLS 1.3")]
    Tls(#[source] rustls::Error),
}

/// Reads the system's authorities and those of the bundle (by default `AWS_CA_BUNDLE`).
///
/// Certificates of the system that cannot be parsed are passed over; one of the bundle is an error, because somebody
/// put it there on purpose. Without any authority every connection fails later, closed.
pub(super) fn roots(bundle: Option<&Path>) -> Result<RootCertStore, TrustError> {
    let mut roots = RootCertStore::empty();
    let native = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(native.certs);
    let named = std::env::var_os("AWS_CA_BUNDLE").filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(path) = bundle.map(Path::to_owned).or(named) {
        add(&mut roots, path)?;
    }
    Ok(roots)
}

/// Whether a bundle can be read and is one, as when requests are sent.
///
/// # Errors
/// When it cannot be used.
pub fn check_bundle(path: &Path) -> Result<(), TrustError> {
    add(&mut RootCertStore::empty(), path.to_owned())
}

fn add(roots: &mut RootCertStore, path: PathBuf) -> Result<(), TrustError> {
    // Asked before it is opened: opening a pipe would wait for whoever writes to it.
    let regular = std::fs::metadata(&path).and_then(|about| match about.is_file() {
        true => Ok(()),
        false => Err(std::io::Error::new(std::io::ErrorKind::InvalidInput, "no regular file")),
    });
    match regular.and_then(|()| std::fs::read(&path)) {
        Ok(pem) => add_bundle(roots, &pem).ok_or(TrustError::Malformed(path)),
        Err(source) => Err(TrustError::Unreadable { path, source }),
    }
}

fn add_bundle(roots: &mut RootCertStore, pem: &[u8]) -> Option<()> {
    let certificates = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>().ok()?;
    if certificates.is_empty() {
        return None;
    }
    certificates.into_iter().try_for_each(|certificate| roots.add(certificate).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_that_is_not_pem_is_an_error_that_names_it() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("bundle.pem");
        assert!(matches!(roots(Some(&path)), Err(TrustError::Unreadable { .. })));
        let hollow = ["-----BEGIN CERTIFICATE-----", "aGVsbG8=", "-----END CERTIFICATE-----", ""].join("\n");
        for content in ["", "not a certificate", hollow.as_str()] {
            std::fs::write(&path, content)?;
            let error = roots(Some(&path)).err();
            assert!(matches!(&error, Some(TrustError::Malformed(named)) if *named == path), "{error:?}");
        }
        Ok(())
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_no_bundle_and_is_not_waited_for() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("bundle.pem");
        assert!(std::process::Command::new("mkfifo").arg(&path).status()?.success());
        assert!(matches!(check_bundle(&path), Err(TrustError::Unreadable { .. })));
        Ok(())
    }
}
