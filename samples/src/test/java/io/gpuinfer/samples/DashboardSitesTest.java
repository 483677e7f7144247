package io.gpuinfer.samples;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;

/** The dashboard answers its own page and programs, and no page of another site. */
class DashboardSitesTest extends ApplicationTest {

  private static final String TRY = "POST /gpu-infer/api/try?model=minilm@auto";
  private static final String STREAM = "GET /gpu-infer/api/live/stream";

  @LocalServerPort int port;

  @ParameterizedTest
  @CsvSource({
    "Sec-Fetch-Site, cross-site, 403",
    "Sec-Fetch-Site, same-site, 403",
    "Sec-Fetch-Site, none, 403",
    "Sec-Fetch-Site, same-origin, 200",
    "Origin, https://elsewhere.example, 403",
    "Origin, null, 403",
    "X-None, of them, 200"
  })
  void letsNoOtherSiteStartAnything(String header, String value, int status) throws Exception {
    String response = ask(TRY, "localhost:" + port, header + ": " + value);

    assertThat(response).startsWith("HTTP/1.1 " + status + " ").contains("application/json");
    assertThat(response.contains("\"CrossSite\"")).isEqualTo(status == 403);
    assertThat(response).doesNotContain("Access-Control-Allow-Origin");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
        "Origin: https://elsewhere.example"
      })
  void letsNoOtherSiteHoldStreams(String header) throws Exception {
    assertThat(ask(STREAM, "localhost:" + port, header)).startsWith("HTTP/1.1 403 ");
  }

  @Test
  void takesItsOwnPageForTheSameOrigin() throws Exception {
    String host = "localhost:" + port;

    assertThat(ask("DELETE /gpu-infer/api/load", host, "Origin: http://" + host))
        .startsWith("HTTP/1.1 204 ");
    assertThat(ask("GET /gpu-infer/api/load", host, "Sec-Fetch-Site: none"))
        .startsWith("HTTP/1.1 200 ");
  }

  /** To a browser, the page of a name that was made to lead here is of the same origin. */
  @ParameterizedTest
  @CsvSource({
    "elsewhere.example, 403",
    "localhost.elsewhere.example, 403",
    "127.0.0.1.elsewhere.example, 403",
    "localhost, 200",
    "LOCALHOST, 200",
    "app.localhost, 200",
    "127.0.0.1, 200",
    "[::1], 200"
  })
  void letsNoOtherNameLeadHere(String name, int status) throws Exception {
    String response =
        ask("GET /gpu-infer/api/status", name + ":" + port, "Sec-Fetch-Site: same-origin");

    assertThat(response).startsWith("HTTP/1.1 " + status + " ");
    if (status == 403) {
      assertThat(response).contains("CrossSite", "gpu-infer.dashboard.hosts");
    }
  }

  /** As it is: Java's client lets nobody choose the host that it names. */
  private String ask(String line, String host, String header) throws IOException {
    String body = line.startsWith("POST") ? "A text" : "";
    String request =
        "%s HTTP/1.1\r\nHost: %s\r\n%s\r\nConnection: close\r\n".formatted(line, host, header)
            + "Content-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(body.length(), body);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }
}
