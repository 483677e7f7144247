package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpuinfer.engine.DeviceKind;
import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.serving.device.DevicePolicy;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot work is refused when the route starts, with what is wrong. */
class StartupTest {

  private final DefaultCamelContext context = new DefaultCamelContext();

  @AfterEach
  void stop() {
    context.stop();
  }

  @Test
  void shouldRefuseAModelThatIsNotThereAndNameThoseThatAre() {
    assertThatThrownBy(() -> start("gpu-infer:nonesuch?device=cpu"))
        .isInstanceOf(FailedToStartRouteException.class)
        .rootCause()
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("nonesuch")
        .hasMessageContaining("minilm");
  }

  @Test
  void shouldRefuseAVersionThatIsNotThere() {
    assertThatThrownBy(() -> start("gpu-infer:minilm?device=cpu&modelVersion=7"))
        .rootCause()
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("'7'");
  }

  @Test
  void shouldRefuseAModelFileThatIsNotThere() {
    assertThatThrownBy(() -> start("gpu-infer:m?device=cpu&modelUri=file:/no/such/model.onnx"))
        .hasRootCauseInstanceOf(ModelLoadException.class);
  }

  @Test
  void shouldRefuseATaskThatTheModelHasNoFilesFor() {
    assertThatThrownBy(() -> start("gpu-infer:minilm?device=cpu&task=ocr"))
        .hasRootCauseInstanceOf(ModelLoadException.class);
  }

  @Test
  void shouldRefuseAGpuWhereThereIsNoneAndNameWhatIsThere() {
    Assumptions.assumeTrue(
        DevicePolicy.installed().devices().stream().noneMatch(d -> d.kind() == DeviceKind.GPU));

    assertThatThrownBy(() -> start("gpu-infer:minilm?device=gpu"))
        .isInstanceOf(FailedToStartRouteException.class)
        .rootCause()
        .isInstanceOf(DeviceOfflineException.class)
        .hasMessageContaining("device=gpu")
        .hasMessageContaining("Host processor");
  }

  @Test
  void shouldRefuseADeviceThatIsNotThere() {
    assertThatThrownBy(() -> start("gpu-infer:minilm?device=quantum"))
        .rootCause()
        .isInstanceOf(DeviceOfflineException.class)
        .hasMessageContaining("quantum");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gpu-infer:minilm?devise=cpu",
        "gpu-infer:minilm?task=juggling",
        "gpu-infer:minilm?queueCapacity=0",
        "gpu-infer:minilm?maxBatchSize=-1",
        "gpu-infer:minilm?requestTimeout=0",
        "gpu-infer:minilm?instances=0",
        "gpu-infer:minilm?queueGflop=-1",
        "gpu-infer:minilm?maxBatchDelay=-1",
        "gpu-infer:minilm?watchdog=0",
        "gpu-infer:minilm?requestTimeout=2000d",
        "gpu-infer:minilm?queueCapacity=2147483647",
        "gpu-infer:minilm?priority=urgent",
        "gpu-infer:../../etc/passwd",
        "gpu-infer:minilm?modelVersion=../1",
        "gpu-infer:"
      })
  void shouldRefuseAUriThatSaysNothingSensible(String uri) {
    context.start();

    assertThatThrownBy(() -> context.getEndpoint(uri))
        .isInstanceOf(ResolveEndpointFailedException.class);
  }

  @Test
  void shouldHoldNoModelAfterARefusal() {
    context.start();

    assertThatThrownBy(() -> start("gpu-infer:minilm?device=cpu&task=ocr"))
        .hasRootCauseInstanceOf(ModelLoadException.class);

    assertThat(context.getComponent("gpu-infer", GpuInferComponent.class).models().all()).isEmpty();
  }

  @Test
  void shouldHaveNoConsumer() throws Exception {
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("gpu-infer:minilm?device=cpu").to("mock:out");
          }
        });

    assertThatThrownBy(context::start).hasRootCauseInstanceOf(UnsupportedOperationException.class);
  }

  private void start(String uri) throws Exception {
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:in").to(uri);
          }
        });
    context.start();
  }
}
