package index

import (
	"database/sql"
	"errors"
)

// batch is a transaction in which many files are written, with its statements: compiling them for each file takes as long as
// running them.
type batch struct {
	*sql.Tx
	find, content, text, file, remove *sql.Stmt
}

func (s *store) begin() (*batch, error) {
	tx, err := s.db.Begin()
	if err != nil {
		return nil, err
	}
	b := &batch{Tx: tx}
	for _, p := range []struct {
		statement **sql.Stmt
		text      string
	}{
		{&b.find, "SELECT id FROM contents WHERE key = ?"},
		{&b.content, "INSERT INTO contents (key, left_out, symbols, imports, windows) VALUES (?, ?, ?, ?, ?)"},
		{&b.text, "INSERT INTO texts VALUES (?, ?)"},
		{&b.file, "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?)"},
		{&b.remove, "DELETE FROM files WHERE rel = ?"},
	} {
		if *p.statement, err = tx.Prepare(p.text); err != nil {
			return nil, errors.Join(err, tx.Rollback())
		}
	}
	return b, nil
}

func (s *store) writeAll() (map[*entry]int64, error) {
	b, err := s.begin()
	if err != nil {
		return nil, err
	}
	defer b.Rollback()
	ids := make(map[*entry]int64, len(s.waiting))
	for rel, w := range s.waiting {
		if w.entry == nil {
			if _, err := b.remove.Exec(rel); err != nil {
				return nil, err
			}
			continue
		}
		if ids[w.entry], err = b.write(w); err != nil {
			return nil, err
		}
		if _, err := b.file.Exec(rel, ids[w.entry], w.entry.language, w.entry.size, w.entry.modified.UnixNano()); err != nil {
			return nil, err
		}
	}
	return ids, b.Commit()
}

// write writes a content unless the disk has it, and tells its number.
func (b *batch) write(w *write) (id int64, err error) {
	e := w.entry
	if e.content != 0 {
		return e.content, nil
	}
	err = b.find.QueryRow(e.key[:]).Scan(&id)
	if !errors.Is(err, sql.ErrNoRows) {
		return id, err
	}
	done, err := b.content.Exec(e.key[:], e.leftOut, []byte(e.symbols), []byte(e.imports), nonNil(w.windows))
	if err != nil {
		return 0, err
	}
	if id, err = done.LastInsertId(); err != nil {
		return 0, err
	}
	_, err = b.text.Exec(id, []byte(e.text))
	return id, err
}

func nonNil(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
