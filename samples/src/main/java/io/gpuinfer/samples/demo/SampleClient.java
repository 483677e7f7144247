package io.gpuinfer.samples.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** Talks to the application over HTTP. */
final class SampleClient {

  private static final Duration LONGEST_ANSWER = Duration.ofMinutes(2);
  private static final String BOUNDARY = "gpu-infer-demo-part";

  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();
  private final URI base;
  private int requestId;

  SampleClient(URI base) {
    this.base = base;
  }

  JsonNode devices() throws IOException, InterruptedException {
    return send(request("/devices").GET());
  }

  JsonNode startDrill() throws IOException, InterruptedException {
    return send(request("/drill/start").POST(BodyPublishers.noBody()));
  }

  JsonNode stopDrill() throws IOException, InterruptedException {
    return send(request("/drill/stop").POST(BodyPublishers.noBody()));
  }

  /** Sends an input as a request: a text within the JSON, a file beside it. */
  JsonNode ask(DemoInput input) throws IOException, InterruptedException {
    ObjectNode request = json.createObjectNode();
    request.put("requestId", ++requestId);
    request.put("requestType", input.type());
    if (input.file() == null) {
      request.put("payload", input.text());
      return send(post("application/json", BodyPublishers.ofString(request.toString())));
    }
    return send(
        post("multipart/form-data; boundary=" + BOUNDARY, multipart(request, input.file())));
  }

  /** Has a task performed whose answer is JSON. */
  JsonNode perform(String task, byte[] body) throws IOException, InterruptedException {
    return json.readTree(performForFile(task, body));
  }

  /** Has a task performed; the answer is a file. */
  byte[] performForFile(String task, byte[] body) throws IOException, InterruptedException {
    return sendForFile(
        request("/tasks/" + task)
            .header("Content-Type", "application/octet-stream")
            .POST(BodyPublishers.ofByteArray(body)));
  }

  private HttpRequest.Builder post(String type, BodyPublisher body) {
    return request("/requests").header("Content-Type", type).POST(body);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(base.resolve(path)).timeout(LONGEST_ANSWER);
  }

  private static BodyPublisher multipart(ObjectNode request, Path file) throws IOException {
    String head =
        """
        --%1$s\r
        Content-Disposition: form-data; name="request"; filename="request.json"\r
        Content-Type: application/json\r
        \r
        %2$s\r
        --%1$s\r
        Content-Disposition: form-data; name="file"; filename="file"\r
        Content-Type: application/octet-stream\r
        \r
        """
            .formatted(BOUNDARY, request);
    String tail = "\r\n--%s--\r\n".formatted(BOUNDARY);
    return BodyPublishers.concat(
        BodyPublishers.ofString(head, StandardCharsets.UTF_8),
        BodyPublishers.ofFile(file),
        BodyPublishers.ofString(tail, StandardCharsets.UTF_8));
  }

  private JsonNode send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return json.readTree(sendForFile(request));
  }

  private byte[] sendForFile(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpRequest built = request.build();
    HttpResponse<byte[]> response = http.send(built, BodyHandlers.ofByteArray());
    if (response.statusCode() != 200) {
      throw new IOException(
          "%s %s was answered with %d: %s"
              .formatted(
                  built.method(),
                  built.uri().getPath(),
                  response.statusCode(),
                  new String(response.body(), StandardCharsets.UTF_8)));
    }
    return response.body();
  }
}
