package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gpuinfer.engine.DeviceOfflineException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheck.State;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What health says while a device fails and comes back. */
class HealthTest {

  private static final float[] ROW = {1, 2, 3};

  @TempDir private Path folder;

  private final DefaultCamelContext context = new DefaultCamelContext();
  private ProducerTemplate template;
  private GpuInferEndpoint endpoint;

  private void start(String device) throws Exception {
    HealthChecks.enable(context);
    String uri = "gpu-infer:tiny?device=%s&modelUri=%s".formatted(device, TinyModelFile.in(folder));
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:in").routeId("in").to(uri);
          }
        });
    context.start();
    template = context.createProducerTemplate();
    endpoint = context.getEndpoint(uri, GpuInferEndpoint.class);
  }

  @AfterEach
  void stop() {
    context.stop();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "opencl"})
  void shouldBeUpWhileTheDeviceWorks(String device) throws Exception {
    start(device);
    template.requestBody("direct:in", ROW);

    HealthCheck.Result model = only(HealthChecks.readiness(context));
    assertThat(model.getState()).isEqualTo(State.UP);
    assertThat(model.getDetails())
        .containsEntry("model", "tiny")
        .containsEntry("queue", 0)
        .doesNotContainKeys("lastError", "since");

    HealthCheck.Result devices = only(HealthChecks.liveness(context));
    assertThat(devices.getCheck().getId()).isEqualTo("gpu-infer-devices");
    assertThat(devices.getState()).isEqualTo(State.UP);
    assertThat(devices.getDetails()).containsEntry("instances", 1).containsEntry("hungCalls", 0);
  }

  @Test
  void shouldBeDownWhileTheDeviceFailsAndUpOnceItComesBack() throws Exception {
    start("opencl");

    endpoint.startDrill();
    assertThat(template.request("direct:in", e -> e.getMessage().setBody(ROW)).getException())
        .isInstanceOf(DeviceOfflineException.class);

    HealthCheck.Result down = only(HealthChecks.readiness(context));
    assertThat(down.getState()).isEqualTo(State.DOWN);
    assertThat(down.getDetails())
        .containsEntry("state", "OFFLINE")
        .containsKeys("since", "lastErrorAt");
    assertThat((String) down.getDetails().get("lastError")).contains("-54");
    // A device that reports errors does answer: starting the process again would not mend it.
    assertThat(only(HealthChecks.liveness(context)).getState()).isEqualTo(State.UP);

    endpoint.stopDrill();
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              HealthCheck.Result up = only(HealthChecks.readiness(context));
              assertThat(up.getState()).isEqualTo(State.UP);
              assertThat(up.getDetails()).containsKeys("since", "lastError");
            });
    await().until(() -> !endpoint.getServerState().equals("RECOVERING"));
  }

  @Test
  void shouldBeDownWhileTheModelIsNotLoaded() {
    context.start();
    ModelKey key = ModelKey.of("tiny", new GpuInferConfiguration());

    HealthCheck.Result result = new GpuInferHealthCheck(key, Optional::empty, "in").call();

    assertThat(result.getState()).isEqualTo(State.DOWN);
    assertThat(result.getMessage()).hasValue("The model is not loaded: tiny");
  }

  @Test
  void shouldHaveNoCheckWithoutARoute() throws Exception {
    start("cpu");
    context.getRouteController().stopRoute("in");

    assertThat(HealthChecks.readiness(context)).isEmpty();
    assertThat(HealthChecks.liveness(context)).hasSize(1);
  }

  private static HealthCheck.Result only(Iterable<HealthCheck.Result> results) {
    assertThat(results).hasSize(1);
    return results.iterator().next();
  }
}
