package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.FaultDrill;
import io.gpuinfer.engine.OverloadedException;
import io.gpuinfer.serving.BatchReport;
import io.gpuinfer.serving.RequestReport;
import io.gpuinfer.serving.ServerListener;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetersTest {

  private static final float[] ROW = {1, 2, 3};

  @TempDir private Path folder;

  private final DefaultCamelContext context = new DefaultCamelContext();
  private ProducerTemplate template;
  private String uri;

  private void start(Object registered, String device) throws Exception {
    context.getRegistry().bind("registered", registered);
    uri = "gpu-infer:tiny?device=%s&modelUri=%s".formatted(device, TinyModelFile.in(folder));
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:in").routeId("in").to(uri);
          }
        });
    context.start();
    template = context.createProducerTemplate();
  }

  @AfterEach
  void stop() {
    context.stop();
  }

  @Test
  void shouldCountRequestsAndRuns() throws Exception {
    MeterRegistry registry = new SimpleMeterRegistry();
    start(registry, "cpu");

    for (int i = 0; i < 3; i++) {
      template.requestBody("direct:in", ROW);
    }
    assertThat(send(new float[] {1, 2}).getException()).isNotNull();

    assertThat(counter(registry, "requests", "outcome", "completed")).isEqualTo(3);
    assertThat(counter(registry, "executions", "device.kind", "host_cpu")).isEqualTo(3);
    assertThat(counter(registry, "items")).isGreaterThanOrEqualTo(3);
    assertThat(registry.get("gpu.infer.batch.size").summary().count()).isEqualTo(3);
    assertThat(registry.get("gpu.infer.request.duration").timer().count()).isEqualTo(3);
    assertThat(registry.get("gpu.infer.compute.duration").timer().count()).isEqualTo(3);
    assertThat(registry.get("gpu.infer.pending").gauge().value()).isZero();
    assertThat(registry.get("gpu.infer.limit").gauge().value()).isPositive();
    assertThat(registry.get("gpu.infer.device.share").gauge().value()).isEqualTo(1);
    assertThat(registry.get("gpu.infer.state").tag("state", "stable").gauge().value()).isOne();
    assertThat(registry.get("gpu.infer.requests").tags("model", "tiny", "part", "model").counters())
        .isNotEmpty();
  }

  @Test
  void shouldHaveNoMetersOnceTheModelIsUnloaded() throws Exception {
    MeterRegistry registry = new SimpleMeterRegistry();
    start(registry, "cpu");
    assertThat(ours(registry)).isNotEmpty();

    context.getRouteController().stopRoute("in");
    assertThat(ours(registry)).isEmpty();

    context.getRouteController().startRoute("in");
    template.requestBody("direct:in", ROW);
    assertThat(counter(registry, "requests", "outcome", "completed")).isEqualTo(1);
  }

  @Test
  void shouldTellFailuresAndRefusalsByTheirReasons() throws Exception {
    MeterRegistry registry = new SimpleMeterRegistry();
    start(registry, "opencl");
    context.getEndpoint(uri, GpuInferEndpoint.class).startDrill();

    assertThat(send(ROW).getException()).isInstanceOf(DeviceOfflineException.class);
    assertThat(send(ROW).getException()).isInstanceOf(DeviceOfflineException.class);

    assertThat(counter(registry, "requests", "outcome", "failed", "reason", "offline")).isOne();
    assertThat(counter(registry, "refusals", "reason", "offline")).isOne();
    assertThat(registry.get("gpu.infer.state").tag("state", "offline").gauge().value()).isOne();
    assertThat(registry.get("gpu.infer.state").tag("state", "stable").gauge().value()).isZero();
  }

  @Test
  void shouldCountWhatTheComponentItselfRefuses() throws Exception {
    MeterRegistry registry = new SimpleMeterRegistry();
    start(registry, "opencl&queueCapacity=1&maxBatchSize=1");
    FaultDrill drill = context.getEndpoint(uri, GpuInferEndpoint.class).loaded().get().drill();
    drill.hang();
    List<CompletableFuture<Exchange>> underWay =
        Stream.generate(() -> template.asyncSend("direct:in", e -> e.getMessage().setBody(ROW)))
            .limit(2)
            .toList();
    await().until(() -> context.getInflightRepository().size() == 2);

    assertThat(send(ROW).getException())
        .isInstanceOf(OverloadedException.class)
        .hasMessageContaining("under way");

    assertThat(counter(registry, "refusals", "reason", "queue_full")).isOne();
    drill.stop();
    for (CompletableFuture<Exchange> exchange : underWay) {
      exchange.get();
    }
  }

  @Test
  void shouldHavePrometheusNames() throws Exception {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    start(registry, "cpu");
    template.requestBody("direct:in", ROW);

    assertThat(registry.scrape())
        .contains(
            "gpu_infer_requests_total{",
            "gpu_infer_refusals_total{",
            "gpu_infer_executions_total{",
            "gpu_infer_items_total{",
            "gpu_infer_flops_total{",
            "gpu_infer_pending{",
            "gpu_infer_queued_work{",
            "gpu_infer_limit{",
            "gpu_infer_device_share{",
            "gpu_infer_state{",
            "gpu_infer_memory_bytes{",
            "gpu_infer_batch_size_items_sum{",
            "gpu_infer_request_duration_seconds_bucket{",
            "gpu_infer_queue_duration_seconds_sum{",
            "gpu_infer_input_duration_seconds_sum{",
            "gpu_infer_compute_duration_seconds_sum{",
            "gpu_infer_output_duration_seconds_sum{",
            "model=\"tiny\"");
  }

  @Test
  void shouldTellABeanOfTheApplicationWhatHappens() throws Exception {
    List<BatchReport> batches = new CopyOnWriteArrayList<>();
    List<RequestReport> requests = new CopyOnWriteArrayList<>();
    ServerListener listener =
        new ServerListener() {
          @Override
          public void batchEnded(BatchReport batch) {
            batches.add(batch);
          }

          @Override
          public void requestEnded(RequestReport request) {
            requests.add(request);
            throw new IllegalStateException("thrown on purpose by a test");
          }
        };
    start(listener, "cpu");

    template.requestBody("direct:in", ROW);

    await().until(() -> !requests.isEmpty());
    assertThat(requests.get(0).server()).isEqualTo("tiny/model");
    assertThat(batches).isNotEmpty();
  }

  private Exchange send(Object body) {
    return template.request("direct:in", exchange -> exchange.getMessage().setBody(body));
  }

  private static double counter(MeterRegistry registry, String name, String... tags) {
    return registry.get("gpu.infer." + name).tags(tags).counter().count();
  }

  private static List<String> ours(MeterRegistry registry) {
    return registry.getMeters().stream()
        .map(meter -> meter.getId().getName())
        .filter(name -> name.startsWith("gpu.infer."))
        .toList();
  }
}
