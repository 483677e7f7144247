package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gpuinfer.engine.DeviceOfflineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.seda.SedaEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Consumers that wait while a device fails. */
class RoutePolicyTest {

  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir private Path folder;

  private final DefaultCamelContext context = new DefaultCamelContext();
  private final GpuInferRoutePolicy policy = new GpuInferRoutePolicy("tiny");
  private final List<String> answered = new CopyOnWriteArrayList<>();
  private String uri;

  @BeforeEach
  void prepare() throws IOException {
    uri = "gpu-infer:tiny?device=opencl&modelUri=" + TinyModelFile.in(folder);
  }

  @AfterEach
  void stop() {
    context.stop();
  }

  @Test
  void shouldLeaveFilesInTheirFolderWhileTheDeviceIsOffline() throws Exception {
    Path in = Files.createDirectory(folder.resolve("in"));
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("file:" + in + "?initialDelay=10&delay=20&delete=true")
                .routeId("files")
                .routePolicy(policy)
                .convertBodyTo(String.class)
                .to(uri)
                .process(exchange -> answered.add(name(exchange)));
          }
        });
    context.start();
    write(in, 0, 5);
    await().atMost(LONG).until(() -> answered.size() == 5);

    endpoint().startDrill();
    write(in, 5, 10);
    await().atMost(LONG).until(() -> policy.isSuspended("files"));
    write(in, 10, 20);
    assertThat(answered).hasSize(5);
    assertThat(filesIn(in)).isEqualTo(15);
    assertThat(context.getRouteController().getRouteStatus("files").isStarted()).isTrue();

    endpoint().stopDrill();
    await().atMost(LONG).until(() -> answered.size() == 20);
    assertThat(policy.isSuspended("files")).isFalse();
    assertThat(answered).doesNotHaveDuplicates();
    assertThat(filesIn(in)).isZero();
  }

  @Test
  void shouldLeaveMessagesInTheirQueueAndRedeliverWhatWasUnderWay() throws Exception {
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            onException(DeviceOfflineException.class).maximumRedeliveries(-1).redeliveryDelay(100);
            from("seda:in")
                .routeId("queue")
                .routePolicy(policy)
                .to(uri)
                .process(
                    exchange ->
                        answered.add(exchange.getMessage().getHeader("number", String.class)));
          }
        });
    context.start();
    ProducerTemplate template = context.createProducerTemplate();
    endpoint().startDrill();
    send(template, 0, 1);
    await().atMost(LONG).until(() -> policy.isSuspended("queue"));

    send(template, 1, 30);
    // The consumer may take one more while it notices that it is suspended.
    assertThat(context.getEndpoint("seda:in", SedaEndpoint.class).getCurrentQueueSize())
        .isGreaterThanOrEqualTo(28);
    assertThat(answered).isEmpty();

    endpoint().stopDrill();
    await().atMost(LONG).until(() -> answered.size() == 30);
    assertThat(answered).doesNotHaveDuplicates();
  }

  @Test
  void shouldNotResumeARouteThatAnOperatorStopped() throws Exception {
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("seda:in").routeId("queue").routePolicy(policy).process(exchange -> {});
            from("direct:in").to(uri);
          }
        });
    context.start();
    ProducerTemplate template = context.createProducerTemplate();
    endpoint().startDrill();
    template.request("direct:in", exchange -> exchange.getMessage().setBody("1,2,3"));
    await().atMost(LONG).until(() -> policy.isSuspended("queue"));

    context.getRouteController().stopRoute("queue");
    endpoint().stopDrill();

    await().atMost(LONG).until(() -> endpoint().getServerState().equals("STABLE"));
    await()
        .during(Duration.ofMillis(300))
        .until(() -> context.getRouteController().getRouteStatus("queue").isStopped());
  }

  @Test
  void shouldBeUsableFromYaml() throws Exception {
    // Camel renamed it after 4.18.
    String key = context.getVersion().startsWith("4.18.") ? "routePolicy" : "routePolicyRef";
    String yaml =
        """
        - beans:
            - name: whileOnline
              type: io.gpuinfer.component.GpuInferRoutePolicy
              properties:
                models: tiny, another
        - route:
            id: queue
            %s: whileOnline
            from:
              uri: seda:in
              steps:
                - to: "%s"
        """
            .formatted(key, uri);
    PluginHelper.getRoutesLoader(context)
        .loadRoutes(ResourceHelper.fromString("routes.yaml", yaml));
    context.start();
    GpuInferRoutePolicy fromYaml =
        context.getRegistry().lookupByNameAndType("whileOnline", GpuInferRoutePolicy.class);
    endpoint().startDrill();

    send(context.createProducerTemplate(), 0, 1);

    await().atMost(LONG).until(() -> fromYaml.isSuspended("queue"));
    endpoint().stopDrill();
    await().atMost(LONG).until(() -> !fromYaml.isSuspended("queue"));
  }

  private GpuInferEndpoint endpoint() {
    return context.getEndpoint(uri, GpuInferEndpoint.class);
  }

  private static void send(ProducerTemplate template, int from, int to) {
    for (int number = from; number < to; number++) {
      template.sendBodyAndHeader(
          "seda:in?waitForTaskToComplete=Never", "1,2," + number, "number", String.valueOf(number));
    }
  }

  private static void write(Path in, int from, int to) throws IOException {
    for (int number : IntStream.range(from, to).toArray()) {
      // As a whole, so that no half of a file is read.
      Path whole = Files.writeString(in.resolveSibling(number + ".csv"), "1,2," + number);
      Files.move(whole, in.resolve(number + ".csv"));
    }
  }

  private static long filesIn(Path in) throws IOException {
    try (Stream<Path> files = Files.list(in)) {
      return files.filter(file -> file.toString().endsWith(".csv")).count();
    }
  }

  private static String name(Exchange exchange) {
    return exchange.getMessage().getHeader(Exchange.FILE_NAME, String.class);
  }
}
