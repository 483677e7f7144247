package io.gpuinfer.samples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the protocols' routes are sent that they cannot answer, each refused as its protocol has it.
 */
class ProtocolBadInputTest extends ApplicationTest {

  private static final String INFER = "/v2/models/minilm-tensors/infer";
  private static final String EMBEDDINGS = "/v1/embeddings";
  private static final String ADMIN = "/admin/models";
  private static final String JSON = "application/json";

  /** Of what a caller is told, nothing is the name of a class, a file or a line of a program. */
  private static final Pattern INTERNALS =
      Pattern.compile(
          "(?i)\\b(java|javax|jakarta|com|org|io)\\.[a-z]|exception|\\tat |\\.java|\\[Source|"
              + "`|/[a-z]+/[a-z]+/|apache|tomcat|spring|jackson|camel");

  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void nextRequestIsAnsweredAsIfNothingHadBeen() throws Exception {
    assertThat(send("GET", "/v2/health/ready", null, "").statusCode()).isEqualTo(200);
    assertThat(answerToText().get("degraded").asBoolean()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "GET,    " + INFER + ",                 POST",
    "HEAD,   " + INFER + ",                 POST",
    "POST,   /v2,                           'GET, HEAD'",
    "POST,   /v2/health/ready,              'GET, HEAD'",
    "GET,    " + EMBEDDINGS + ",            POST",
    "POST,   /v1/models/all-minilm-l6-v2,   'GET, HEAD'",
    "POST,   " + ADMIN + ",                 'GET, HEAD'",
    "GET,    " + ADMIN + "/minilm/swap,     POST"
  })
  void saysWhichMethodThereIs(String method, String path, String allowed) throws Exception {
    HttpResponse<String> response = send(method, path, JSON, "{}");

    assertThat(response.headers().firstValue("Allow")).contains(allowed);
    if (!method.equals("HEAD")) {
      assertThat(refused(405, response).body()).contains("Only");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {INFER, EMBEDDINGS, ADMIN + "/minilm/swap"})
  void refusesOtherMethods(String path) throws Exception {
    for (String method : List.of("PUT", "PATCH", "DELETE", "PROPFIND")) {
      refused(405, send(method, path, JSON, "{}"));
    }
    HttpResponse<String> options = send("OPTIONS", path, null, "");
    assertThat(options.statusCode()).isEqualTo(200);
    assertThat(options.headers().firstValue("Allow").orElseThrow().split(","))
        .containsExactlyInAnyOrder("GET", "HEAD", "POST", "OPTIONS");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v2/models/minilm-tensors", "/v2/health/live", "/v1/models", ADMIN})
  void answersHeadAsGetWithoutTheBody(String path) throws Exception {
    HttpResponse<String> head = send("HEAD", path, null, "");

    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(head.headers().firstValue("Content-Type")).contains(JSON);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "application/octet-stream",
        "application/x-www-form-urlencoded",
        "application/x-java-serialized-object",
        "multipart/form-data; boundary=b",
        "no media type"
      })
  void refusesOtherMediaTypes(String type) throws Exception {
    for (String path : List.of(INFER, EMBEDDINGS, ADMIN + "/minilm/swap")) {
      refused(415, send("POST", path, type, "a=b&".repeat(100)));
    }
  }

  @Test
  void refusesFormsOfAnyLengthAndMethodUnread() throws Exception {
    byte[] part = "a=b&".repeat(1 << 18).getBytes(StandardCharsets.US_ASCII);
    for (String method : List.of("POST", "PUT", "PATCH")) {
      int status = method.equals("POST") ? 415 : 405;
      HttpResponse<String> answer =
          send(
              method,
              INFER,
              "application/x-www-form-urlencoded",
              BodyPublishers.ofByteArrays(Collections.nCopies(50, part)));

      refused(status, answer);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {INFER, EMBEDDINGS, ADMIN + "/minilm/swap"})
  void refusesBodiesOverTheLimitWithAndWithoutALength(String path) throws Exception {
    byte[] part = " ".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
    int parts = path.startsWith(ADMIN) ? 1 : 33;
    BodyPublisher unknown = BodyPublishers.ofByteArrays(Collections.nCopies(parts, part));

    HttpResponse<String> chunked = refused(413, send("POST", path, JSON, unknown));
    HttpResponse<String> known =
        refused(
            413,
            send(
                "POST",
                path,
                JSON,
                BodyPublishers.fromPublisher(unknown, (long) parts * part.length)));

    assertThat(chunked.body()).contains(path.startsWith(ADMIN) ? "65536" : "33554432");
    assertThat(known.body()).isEqualTo(chunked.body());
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /%762/models/minilm-tensors/infer",
    "POST, /v2;a=b/models/minilm-tensors/infer",
    "GET,  /v2/models/minilm-tensors",
    "PUT,  /v2/models/minilm-tensors/infer"
  })
  void readsNoMoreThanTheLimitHoweverPathAndMethodAreWritten(String method, String path)
      throws Exception {
    byte[] part = " ".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
    BodyPublisher unknown = BodyPublishers.ofByteArrays(Collections.nCopies(40, part));

    assertThat(send(method, path, JSON, unknown).statusCode()).isIn(413, 405, 400);
  }

  @ParameterizedTest
  @CsvSource({
    "/v2/nothing,                                 path",
    "/v2/models/nothing/infer,                    nothing",
    "/v2/models/minilm-tensors/versions/9/infer,  version",
    "/v2/models/..%5Cminilm/infer,                name",
    "/v2/models/%00/infer,                        name",
    "/v2/models/a%20b%0Ac/infer,                  name",
    "/v1/nothing,                                 path",
    "/admin/models/nothing/swap,                  name",
    "/admin/models/minilm/nothing,                path"
  })
  void knowsNoOtherPathsModelsAndVersions(String path, String reason) throws Exception {
    HttpResponse<String> refused = send("POST", path, JSON, "{}");

    // Tomcat itself takes no control characters.
    assertThat(refused.statusCode()).isIn(404, 400);
    if (refused.statusCode() == 404) {
      assertThat(message(refused)).contains(reason);
    }
    assertThat(refused.body()).doesNotContainPattern(INTERNALS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"inputs\": [{\"name\": \"input_ids\", \"shape\": [1, 1], \"datatype\": \"INT64\"",
        "{\"inputs\": {}}",
        "{\"inputs\": [[]]}",
        "{\"inputs\": [null]}",
        "{\"inputs\": [{\"name\": 1}]}",
        "{\"inputs\": [{\"name\": \"input_ids\"}]}",
        "{\"inputs\": [], \"inputs\": []}",
        "{\"inputs\": [NaN]}",
        "{} {}",
        "\u0000",
        "\"inputs\"",
        "{\"inputs\": \"\\ud800\"}"
      })
  void refusesWhatIsNoRequestOfTensors(String body) throws Exception {
    refused(400, send("POST", INFER, JSON, body));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "INT64  | [1, 1]                  | [1.5]",
        "INT64  | [1, 1]                  | [9223372036854775808]",
        "INT64  | [1, 1]                  | [\"1\"]",
        "INT64  | [1, 1]                  | [true]",
        "INT64  | [1, 1]                  | [null]",
        "INT64  | [1, 1]                  | {}",
        "INT64  | [1, 2]                  | [[1, 2], [3]]",
        "INT64  | [2, 2]                  | [[1, 2], [3]]",
        "INT64  | [1]                     | [1]",
        "INT64  | [1, 1, 1]               | [1]",
        "INT64  | [-1, 1]                 | [1]",
        "INT64  | [0, 1]                  | []",
        "INT64  | [1.5]                   | [1]",
        "INT64  | \"1\"                   | [1]",
        "INT64  | [4294967296, 4294967296] | [1]",
        "INT64  | [99999999999999999999]  | [1]",
        "INT32  | [1, 1]                  | [1]",
        "FP32   | [1, 1]                  | [1]",
        "FP99   | [1, 1]                  | [1]",
        "BYTES  | [1, 1]                  | [\"a\"]",
        "7      | [1, 1]                  | [1]"
      })
  void refusesTensorsOfOtherTypesAndShapes(String type, String shape, String data)
      throws Exception {
    String body =
        "{\"inputs\": [{\"name\": \"input_ids\", \"datatype\": %s, \"shape\": %s, \"data\": %s}]}"
            .formatted(Character.isDigit(type.charAt(0)) ? type : '"' + type + '"', shape, data);

    refused(400, send("POST", INFER, JSON, body));
  }

  @Test
  void refusesNestingThatWouldFillTheStack() throws Exception {
    refused(400, send("POST", INFER, JSON, "{\"inputs\": " + "[".repeat(100_000)));
    refused(400, send("POST", EMBEDDINGS, JSON, "{\"input\": " + "[".repeat(100_000)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{} {}",
        "[1]",
        "null",
        "{\"model\": 1, \"input\": \"a\"}",
        "{\"model\": \"all-minilm-l6-v2\", \"input\": {}}",
        "{\"model\": \"all-minilm-l6-v2\", \"input\": 1}",
        "{\"model\": \"all-minilm-l6-v2\", \"input\": \"a\", \"dimensions\": \"x\"}"
      })
  void refusesWhatIsNoRequestOfEmbeddings(String body) throws Exception {
    HttpResponse<String> refused = refused(400, send("POST", EMBEDDINGS, JSON, body));

    assertThat(json.readTree(refused.body()).at("/error/type").asText())
        .isEqualTo("invalid_request_error");
  }

  @Test
  void tellsNothingWithoutTheToken() throws Exception {
    for (String method : List.of("GET", "HEAD", "POST")) {
      for (String path : List.of(ADMIN, ADMIN + "/minilm", ADMIN + "/minilm/swap")) {
        HttpResponse<String> refused =
            client.send(
                HttpRequest.newBuilder(uri(path))
                    .method(method, BodyPublishers.ofString("{}"))
                    .header("Content-Type", JSON)
                    .header("Authorization", "Bearer " + TOKEN + "x")
                    .build(),
                BodyHandlers.ofString());

        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        assertThat(refused.headers().firstValue("Allow")).isEmpty();
        assertThat(refused.body()).doesNotContain("minilm", TOKEN);
      }
    }
  }

  @Test
  void givesRequestsThatAreRefusedTheirIdToo() throws Exception {
    for (String path : List.of(INFER, EMBEDDINGS, ADMIN + "/minilm/swap", "/v2/nothing")) {
      for (String type : List.of(JSON, "text/plain")) {
        HttpRequest request =
            HttpRequest.newBuilder(uri(path))
                .POST(BodyPublishers.ofString("x"))
                .header("Content-Type", type)
                .header("X-Request-Id", "order-4712")
                .build();

        HttpResponse<InputStream> answer = client.send(request, BodyHandlers.ofInputStream());

        assertThat(answer.headers().allValues("X-Request-Id")).containsExactly("order-4712");
      }
    }
  }

  private HttpResponse<String> send(String method, String path, String type, String body)
      throws Exception {
    return send(
        method,
        path,
        type,
        body.isEmpty() && !method.equals("POST")
            ? BodyPublishers.noBody()
            : BodyPublishers.ofString(body));
  }

  private HttpResponse<String> send(String method, String path, String type, BodyPublisher body)
      throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).method(method, body);
    if (type != null) {
      request.header("Content-Type", type);
    }
    if (path.startsWith(ADMIN)) {
      request.header("Authorization", "Bearer " + TOKEN);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create(http.getRootUri() + path);
  }

  /** A response that has a status, and an error of its protocol that gives nothing away. */
  private HttpResponse<String> refused(int status, HttpResponse<String> response)
      throws IOException {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).contains(JSON);
    assertThat(message(response)).isNotEmpty().doesNotContainPattern(INTERNALS);
    return response;
  }

  private String message(HttpResponse<String> response) throws IOException {
    JsonNode body = json.readTree(response.body());
    assertThat(body.fieldNames()).toIterable().as(response.body()).containsExactly("error");
    JsonNode error = body.get("error");
    if (!response.uri().getPath().startsWith("/v1")) {
      assertThat(error.isTextual()).isTrue();
      return error.asText();
    }
    assertThat(error.fieldNames()).toIterable().containsExactly("message", "type", "param", "code");
    return error.get("message").asText();
  }
}
