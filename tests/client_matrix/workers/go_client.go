// Connects as it is told, line by line of JSON, and says whether the server saw TLS, or the error.
package main

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"strings"
	"time"

	"github.com/jackc/pgx/v4"
	"github.com/lib/pq"
)

const question = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"

type asked struct {
	Client string `json:"client"`
	Text   string `json:"text"`
	Parse  bool   `json:"parse"`
}

// What the drivers say before they look for a server.
func parse(one asked) (bool, error) {
	if one.Client == "lib/pq" {
		connector, err := pq.NewConnector(one.Text)
		if err != nil {
			return false, err
		}
		// It looks at the mode when it has dialled.
		connector.Dialer(nowhere{})
		_, err = connector.Connect(context.Background())
		if err != nil && strings.Contains(err.Error(), "unsupported sslmode") {
			return false, err
		}
		return false, nil
	}
	_, err := pgx.ParseConfig(one.Text)
	if err != nil && strings.Contains(err.Error(), "unable to read CA file") {
		return false, nil // a file that is not there: the word is one of its own
	}
	return false, err
}

// A server that hangs up at the first word. (One that has hung up already takes no deadline.)
type nowhere struct{}

func (nowhere) Dial(_, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	go func() {
		there.Read(make([]byte, 1))
		there.Close()
	}()
	return here, nil
}

func (its nowhere) DialTimeout(network, address string, _ time.Duration) (net.Conn, error) {
	return its.Dial(network, address)
}

func connect(one asked) (bool, error) {
	if one.Parse {
		return parse(one)
	}
	limit, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	var tls bool
	if one.Client == "lib/pq" {
		database, err := sql.Open("postgres", one.Text)
		if err != nil {
			return false, err
		}
		defer database.Close()
		err = database.QueryRowContext(limit, question).Scan(&tls)
		return tls, err
	}
	connection, err := pgx.Connect(limit, one.Text)
	if err != nil {
		return false, err
	}
	defer connection.Close(limit)
	err = connection.QueryRow(limit, question).Scan(&tls)
	return tls, err
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 1<<20), 1<<20)
	for lines.Scan() {
		var one asked
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			panic(err)
		}
		answer := map[string]interface{}{}
		if tls, err := connect(one); err != nil {
			answer["error"] = fmt.Sprint(err)
		} else {
			answer["tls"] = tls
		}
		line, _ := json.Marshal(answer)
		fmt.Println(string(line))
	}
}
