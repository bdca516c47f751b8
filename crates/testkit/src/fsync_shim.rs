//! A disk that is slow or fails, for a process that a test starts: a small C library, built here, which is loaded with
//! `LD_PRELOAD` and stands before fsync and fdatasync. A delay stands for a slower disk; a file that a test makes and
//! removes switches failure on and off.

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::Child,
    sync::OnceLock,
};

use crate::tool::{self, Tool};

/// The variable with the microseconds that every fsync and fdatasync of the process takes longer.
pub const DELAY_MICROS: &str = "MUSUBI_SHIM_FSYNC_DELAY_MICROS";

/// The variable with the path of a file; while it exists, every fsync and fdatasync of the process fails with EIO.
pub const FAIL_FILE: &str = "MUSUBI_SHIM_FSYNC_FAIL_FILE";

/// Builds `$2` with the compiler `$1` in a new folder, says where, and removes the folder when we end. Others may read
/// the folder: a database server that runs as somebody else loads the library too. Its path has no space and no colon,
/// which would end it in `LD_PRELOAD`.
const SCRIPT: &str = r#"
case $TMPDIR in
'' | *[[:space:]:]*) TMPDIR=/tmp ;;
esac
dir=$(mktemp -d "$TMPDIR/musubi-shim-XXXXXXXX") || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
trap '' PIPE
chmod 755 "$dir"
printf '%s' "$2" >"$dir/fsync_shim.c"
"$1" -shared -fPIC -O2 -o "$dir/fsync_shim.so" "$dir/fsync_shim.c" 2>&1 || exit 1
echo "$dir/fsync_shim.so"
read -r line
"#;

/// The built library and the shell that removes it.
struct Shim {
    library: PathBuf,
    _shell: Child,
}

/// The library for `LD_PRELOAD`, built at the first call in this process and removed when the process ends.
/// `None`, with the line of [`tool::need`], when there is no C compiler.
///
/// # Panics
/// When the compiler fails.
pub fn build() -> Option<PathBuf> {
    static SHIM: OnceLock<Option<Shim>> = OnceLock::new();
    SHIM.get_or_init(|| {
        tool::need(Tool::CCompiler).then_some(())?;
        tool::program(Tool::CCompiler).map(|compiler| compile(&compiler))
    })
    .as_ref()
    .map(|shim| shim.library.clone())
}

fn compile(compiler: &Path) -> Shim {
    let mut shell = tool::tethered_shell(SCRIPT);
    let mut shell = shell.arg(compiler).arg(include_str!("fsync_shim.c")).spawn().expect("/bin/sh starts");
    let mut line = String::new();
    let answer = shell.stdout.take().expect("stdout is a pipe");
    BufReader::new(answer).read_line(&mut line).expect("the shell answers in UTF-8");
    let library = PathBuf::from(line.trim_end());
    assert!(library.is_file(), "the C compiler builds the library: {line}");
    Shim { library, _shell: shell }
}
