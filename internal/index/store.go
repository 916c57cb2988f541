package index

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gofrs/flock"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

const (
	// applicationID marks a database as an index of Sopro's, in SQLite's header.
	applicationID = 0x50f10de8

	// format is that of the tables and of what is packed in them. Whoever
	// changes either raises it; an index of another format is made anew.
	format = 2

	// writeAt is how much text waits before it is written: a transaction costs
	// some milliseconds, and what is lost in a crash is read again.
	writeAt = 4 << 20
)

// The text of a file is in a table of its own: reading all the rest at a start
// does not touch it. A content without a file is that of another branch, or of
// a file that was renamed; it goes at the next start. Its number is never given
// again: a second program that reads may still ask for its text.
const schema = `
CREATE TABLE contents (id INTEGER PRIMARY KEY AUTOINCREMENT, key BLOB NOT NULL UNIQUE, left_out INTEGER NOT NULL, symbols BLOB NOT NULL, imports BLOB NOT NULL, windows BLOB NOT NULL);
CREATE TABLE texts (id INTEGER PRIMARY KEY, text BLOB NOT NULL);
CREATE TABLE files (rel TEXT PRIMARY KEY, content INTEGER NOT NULL, language TEXT NOT NULL, size INTEGER NOT NULL, modified INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE version (version TEXT NOT NULL);`

// store is what is kept of one workspace folder on disk. But for text, its
// methods are called by whoever writes to the index.
type store struct {
	path    string
	db      *sql.DB
	text    *sql.Stmt // of a window
	content *sql.Stmt // by its key
	lock    *flock.Flock
	writes  bool        // else another process does, and this one only reads
	failed  bool        // the disk said no: nothing is written any more
	damaged atomic.Bool // to be made anew at the next start
	litter  bool        // prune is to be done, and somebody was in its way

	waiting map[string]*write // by rel
	weight  int               // bytes that wait
}

// write is a file that is to be written, or taken out where entry is nil.
type write struct {
	entry   *entry
	windows []byte // packed; nil where its content is known already
}

// storeName is the name of a folder's database: the folder's, for people, and
// a hash of its path.
func storeName(root string) string {
	sum := sha256.Sum256([]byte(root))
	name := strings.Map(func(r rune) rune {
		if r < 0x80 && (classes[r] != other || r == '-' || r == '.') {
			return r
		}
		return '_'
	}, filepath.Base(root))
	return name[:min(len(name), 40)] + "-" + hex.EncodeToString(sum[:8]) + ".db"
}

// openStore opens what the disk has of a folder, or makes it anew where that is
// of no use. anew says why it was, "" where it was not. With an error there is
// no store.
func openStore(dir, root, version string) (s *store, anew string, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, "", err
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return nil, "", err
	}
	s = &store{path: filepath.Join(dir, storeName(root)), waiting: map[string]*write{}}
	s.lock = flock.New(s.path+".lock", flock.SetPermissions(0o600))
	if s.writes, err = s.lock.TryLock(); err != nil {
		return nil, "", err
	}
	err = s.open(version)
	if s.writes && useless(err) {
		anew = inWords(err)
		s.remove()
		err = s.open(version)
	}
	if err != nil {
		s.close()
		return nil, "", err
	}
	return s, anew, nil
}

// errForeign says that a database is not one that this program wrote.
var errForeign = errors.New("it was made by another version of Sopro")

// useless says whether a database is to be made anew. One that somebody holds
// locked, or a disk that is full, is not mended by that.
func useless(err error) bool {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code()&0xff == sqlite3.SQLITE_CORRUPT || e.Code()&0xff == sqlite3.SQLITE_NOTADB
	}
	return errors.Is(err, errForeign) || errors.Is(err, errPacked)
}

func (s *store) open(version string) (err error) {
	if s.db, err = connect(s.path, s.writes); err != nil {
		return err
	}
	var id, number, tables int
	if err := s.db.QueryRow("SELECT (SELECT application_id FROM pragma_application_id), (SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM sqlite_schema)").Scan(&id, &number, &tables); err != nil {
		return err
	}
	if tables == 0 && s.writes {
		if err := s.make(version); err != nil {
			return err
		}
	} else if id != applicationID || number != format {
		return errForeign
	}
	var by string
	if err := s.db.QueryRow("SELECT version FROM version").Scan(&by); err != nil {
		return err
	}
	if by != version {
		return errForeign
	}
	if s.text, err = s.db.Prepare("SELECT substr(text, ?, ?) FROM texts WHERE id = ?"); err != nil {
		return err
	}
	s.content, err = s.db.Prepare("SELECT id, left_out, symbols, imports, windows FROM contents WHERE key = ?")
	return err
}

// connect opens a database file that nobody else may read. What is taken out is
// overwritten there, and prune empties the file beside it that has what was
// written last: a file that has become private leaves nothing behind.
func connect(path string, writes bool) (*sql.DB, error) {
	flags := os.O_RDWR
	if writes {
		flags |= os.O_CREATE
	}
	f, err := os.OpenFile(path, flags, 0o600)
	if err != nil {
		return nil, err
	}
	now := time.Now() // in use, by what sweep goes by
	if err := errors.Join(f.Chmod(0o600), f.Close(), os.Chtimes(path, now, now)); err != nil {
		return nil, err
	}
	pragmas := url.Values{"_pragma": {"busy_timeout(200)", "journal_mode(WAL)", "synchronous(NORMAL)", "cache_size(-4000)", "secure_delete(1)"}}
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: path, RawQuery: pragmas.Encode()}).String())
	if err == nil {
		db.SetMaxOpenConns(3)
	}
	return db, err
}

// make makes the tables.
func (s *store) make(version string) error {
	if _, err := s.db.Exec(fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d;%s", applicationID, format, schema)); err != nil {
		return err
	}
	_, err := s.db.Exec("INSERT INTO version VALUES (?)", version)
	return err
}

// remove takes the database off the disk.
func (s *store) remove() {
	if s.db != nil {
		s.db.Close()
	}
	for _, end := range []string{"", "-wal", "-shm", "-journal"} {
		os.Remove(s.path + end)
	}
}

// close lets go. What waits is lost.
func (s *store) close() error {
	var err error
	if s.db != nil {
		err = s.db.Close()
		if s.damaged.Load() && s.writes {
			s.remove()
		}
	}
	return errors.Join(err, s.lock.Close())
}

// kept is a file as the disk has it.
type kept struct {
	rel, language    string
	size, modified   int64
	content          int64
	key              []byte
	leftOut          bool
	symbols, imports string
	windows          string
}

// load yields every file.
func (s *store) load(yield func(kept) error) error {
	rows, err := s.db.Query("SELECT rel, content, language, size, modified, key, left_out, symbols, imports, windows FROM files JOIN contents ON id = content")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var k kept
		var blobs [3]sql.RawBytes
		if err := rows.Scan(&k.rel, &k.content, &k.language, &k.size, &k.modified, &k.key, &k.leftOut, &blobs[0], &blobs[1], &blobs[2]); err != nil {
			return err
		}
		k.symbols, k.imports, k.windows = string(blobs[0]), string(blobs[1]), string(blobs[2])
		if err := yield(k); err != nil {
			return err
		}
	}
	return rows.Err()
}

// known is what the disk has of a content, whichever files have it.
func (s *store) known(k key) (found kept, ok bool) {
	err := s.content.QueryRow(k[:]).Scan(&found.content, &found.leftOut, &found.symbols, &found.imports, &found.windows)
	return found, err == nil
}

// slice is a part of the text of a content.
func (s *store) slice(content int64, start, size int) (string, bool) {
	var text sql.RawBytes
	rows, err := s.text.Query(start+1, size, content)
	if err != nil {
		s.judge(err)
		return "", false
	}
	defer rows.Close()
	if !rows.Next() || rows.Scan(&text) != nil {
		s.judge(rows.Err())
		return "", false
	}
	return string(text), true
}

// judge notes that the database is of no use any more.
func (s *store) judge(err error) {
	if useless(err) {
		s.damaged.Store(true)
	}
}

// put has a file written soon.
func (s *store) put(rel string, w *write) {
	if !s.writes || s.failed {
		return
	}
	s.waiting[rel] = w
	if w.entry != nil {
		s.weight += len(w.entry.text) + len(w.windows)
	}
}

// flush writes what waits and tells the number of each content. What somebody
// else holds locked waits for the next time. Any other error is the last: from
// then on nothing is written.
func (s *store) flush() (map[*entry]int64, error) {
	if len(s.waiting) == 0 || s.failed {
		return nil, nil
	}
	ids, err := s.writeAll()
	s.weight = 0
	if busy(err) {
		return nil, nil
	}
	if err != nil {
		s.failed = true
		s.judge(err)
	}
	clear(s.waiting)
	return ids, err
}

// busy says whether somebody else holds the database locked, a backup for
// example.
func busy(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && (e.Code()&0xff == sqlite3.SQLITE_BUSY || e.Code()&0xff == sqlite3.SQLITE_LOCKED)
}

// prune takes out the contents that no file has, and all traces of them. Where
// somebody else is reading or writing, litter stays for another time.
func (s *store) prune() error {
	if !s.writes {
		return nil
	}
	held, err := s.takeOut()
	if s.litter = held || busy(err); s.litter {
		return nil
	}
	return err
}

// takeOut says whether somebody holds what was written last.
func (s *store) takeOut() (held bool, err error) {
	for _, table := range []string{"contents", "texts"} {
		if _, err := s.db.Exec("DELETE FROM " + table + " WHERE id NOT IN (SELECT content FROM files)"); err != nil {
			return false, err
		}
	}
	var frames, moved int
	err = s.db.QueryRow("PRAGMA wal_checkpoint(TRUNCATE)").Scan(&held, &frames, &moved)
	return held, err
}

// inWords is what an error of the disk means to a person.
func inWords(err error) string {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		switch e.Code() & 0xff {
		case sqlite3.SQLITE_FULL:
			return "the disk is full"
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
			return "another program holds it locked"
		case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
			return "it is damaged"
		case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN:
			return "it may not be written"
		}
	}
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err.Error()
	}
	return err.Error()
}
