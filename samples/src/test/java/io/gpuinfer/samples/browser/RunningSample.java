package io.gpuinfer.samples.browser;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gpuinfer.samples.SampleApplication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The sample application at a port that stays the same over a restart, and ways to ask it. */
final class RunningSample implements AutoCloseable {

  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();
  private final int port = freePort();
  private ConfigurableApplicationContext application;
  private AsyncProducer producer;

  RunningSample() {
    start();
  }

  void start() {
    application =
        SpringApplication.run(
            SampleApplication.class,
            "--server.port=" + port,
            "--samples.drill=true",
            "--spring.profiles.active=structured");
  }

  void stop() {
    if (producer != null) {
      producer.stop();
      producer = null;
    }
    application.close();
  }

  @Override
  public void close() {
    stop();
  }

  String address() {
    return "http://127.0.0.1:" + port;
  }

  /** Of the dashboard's API. */
  JsonNode get(String path) {
    return ask(request("/gpu-infer/api/" + path).GET());
  }

  /** A file to the dashboard's API, as the page would send it. */
  JsonNode post(String path, String type, Path file) throws IOException {
    return ask(
        request("/gpu-infer/api/" + path)
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofFile(file)));
  }

  /** A request of a user of the application. */
  JsonNode askNearest(String text) {
    return ask(
        request("/requests")
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    json.createObjectNode()
                        .put("requestId", 1)
                        .put("requestType", "text")
                        .put("payload", text)
                        .toString())));
  }

  /** More requests at once than a web server has threads for; nobody waits for their answers. */
  void flood(int requests) {
    AsyncProducer producer = flooded();
    for (int i = 0; i < requests; i++) {
      Exchange exchange = producer.getEndpoint().createExchange();
      exchange.getMessage().setBody("Where is package " + i + "?");
      producer.process(exchange, sync -> {});
    }
  }

  private AsyncProducer flooded() {
    if (producer == null) {
      try {
        producer =
            application
                .getBean(CamelContext.class)
                .getEndpoint("gpu-infer:minilm")
                .createAsyncProducer();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
      producer.start();
    }
    return producer;
  }

  void drill(String startOrStop) {
    ask(request("/drill/" + startOrStop).POST(HttpRequest.BodyPublishers.noBody()));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(address() + path));
  }

  private JsonNode ask(HttpRequest.Builder request) {
    try {
      HttpResponse<String> answer =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() >= 300) {
        throw new AssertionError(answer.statusCode() + " " + answer.body());
      }
      return json.readTree(answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
