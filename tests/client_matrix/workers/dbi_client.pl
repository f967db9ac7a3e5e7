# Connects through DBD::Pg as it is told, line by line of JSON, and says whether the server saw TLS, or the error.
use strict;
use warnings;
use DBI;
use JSON::PP;

my $question = 'SELECT ssl::text FROM pg_stat_ssl WHERE pid = pg_backend_pid()';

$| = 1;
while (my $line = <STDIN>) {
    my $asked = decode_json($line);
    my ($user, $password) = @{$asked->{options}}{qw(user password)};
    my $answer;
    my $connection = DBI->connect($asked->{text}, $user, $password, {PrintError => 0, RaiseError => 0});
    if ($connection) {
        my ($seen) = $connection->selectrow_array($question);
        $answer = {tls => $seen eq 'true' ? JSON::PP::true : JSON::PP::false};
        $connection->disconnect;
    } else {
        $answer = {error => DBI->errstr // 'no error is told'};
    }
    print encode_json($answer), "\n";
}
