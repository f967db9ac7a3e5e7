# Connects through ruby-pg as it is told, line by line of JSON, and says whether the server saw TLS, or the error.
require 'json'
require 'pg'

QUESTION = 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()'.freeze

def answer(text, options)
  connection = text.empty? ? PG.connect(options) : PG.connect(text)
  begin
    { tls: connection.exec(QUESTION).getvalue(0, 0) == 't' }
  ensure
    connection.close
  end
rescue PG::Error, ArgumentError => e
  { error: e.message.dup.force_encoding('UTF-8').scrub }
end

$stdout.sync = true
$stdin.each_line do |line|
  asked = JSON.parse(line)
  puts JSON.generate(answer(asked['text'], asked['options']))
end
