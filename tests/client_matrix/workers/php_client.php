<?php
// Connects through PDO or pg_connect as it is told, line by line of JSON, and says whether the server saw TLS, or
// the error.
const QUESTION = 'SELECT ssl::text FROM pg_stat_ssl WHERE pid = pg_backend_pid()';

function answer(string $client, string $text, array $options): array
{
    if ($client === 'PHP, PDO') {
        try {
            $connection = new PDO($text, $options['username'] ?? null, $options['password'] ?? null);
            return ['tls' => $connection->query(QUESTION)->fetchColumn() === 'true'];
        } catch (PDOException $error) {
            return ['error' => $error->getMessage()];
        }
    }
    $said = '';
    set_error_handler(function (int $level, string $message) use (&$said): bool {
        $said .= $message;
        return true;
    });
    $connection = pg_connect($text, PGSQL_CONNECT_FORCE_NEW);
    restore_error_handler();
    if ($connection === false) {
        return ['error' => $said];
    }
    $seen = pg_fetch_result(pg_query($connection, QUESTION), 0, 0) === 'true';
    pg_close($connection);
    return ['tls' => $seen];
}

while (($line = fgets(STDIN)) !== false) {
    $asked = json_decode($line, true);
    $flags = JSON_INVALID_UTF8_SUBSTITUTE | JSON_THROW_ON_ERROR;
    echo json_encode(answer($asked['client'], $asked['text'], $asked['options']), $flags), "\n";
}
