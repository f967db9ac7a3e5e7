// Connects as it is told, a URL a line, and says whether the server saw TLS, or the error.
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;

public class JdbcClient {
    public static void main(String[] arguments) throws Exception {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
        for (String url = lines.readLine(); url != null; url = lines.readLine()) {
            System.out.println(answer(url));
            System.out.flush();
        }
    }

    private static String answer(String url) {
        String question = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(question)) {
            rows.next();
            return "{\"tls\": " + rows.getBoolean(1) + "}";
        } catch (Exception error) {
            StringBuilder text = new StringBuilder();
            for (Throwable each = error; each != null; each = each.getCause()) {
                text.append(each).append(' ');
            }
            return "{\"error\": \"" + text.toString().replaceAll("[^ -~]|[\"\\\\]", " ") + "\"}";
        }
    }
}
