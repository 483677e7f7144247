package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpuinfer.serving.Priority;
import java.util.Map;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PropertyBindingSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ModelOptionsTest {

  private final DefaultCamelContext context = new DefaultCamelContext();
  private final GpuInferComponent component = new GpuInferComponent();

  @BeforeEach
  void start() {
    context.addComponent("gpu-infer", component);
    context.start();
  }

  @AfterEach
  void stop() {
    context.stop();
  }

  @Test
  void shouldComeBetweenTheComponentsAndTheUris() {
    component.getConfiguration().setMaxBatchSize(4);
    component.getConfiguration().setDevice("gpu");
    component.getConfiguration().setPriority(Priority.LOW);
    component.getConfiguration().getSettings().put("prefix", "query: ");
    component
        .getModels()
        .put(
            "reader",
            Map.of(
                "device", "cpu",
                "requestTimeout", "5s",
                "priority", "high",
                "settings.pooling", "cls",
                "settings", Map.of("normalize", false)));

    GpuInferConfiguration reader = configuration("gpu-infer:reader?priority=normal");
    GpuInferConfiguration other = configuration("gpu-infer:other");

    assertThat(reader.getMaxBatchSize()).isEqualTo(4);
    assertThat(reader.getDevice()).isEqualTo("cpu");
    assertThat(reader.getRequestTimeout()).isEqualTo(5000);
    assertThat(reader.getPriority()).isEqualTo(Priority.NORMAL);
    assertThat(reader.getSettings())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("prefix", "query: ", "pooling", "cls", "normalize", false));
    assertThat(other.getDevice()).isEqualTo("gpu");
    assertThat(other.getSettings()).containsOnlyKeys("prefix");
  }

  /** Camel Main fails where a property has no place; it takes keys of maps in brackets alone. */
  @Test
  void shouldBeSetAsCamelMainSetsProperties() {
    PropertyBindingSupport.build()
        .withCamelContext(context)
        .withTarget(component)
        .withMandatory(true)
        .withIgnoreCase(true)
        .withProperty("models[reader.device]", "cpu")
        .withProperty("models[reader.max-batch-size]", "2")
        .withProperty("models[reader.settings.limits.maxPixels]", "1000")
        .withProperty("models[reader.old.device]", "opencl")
        .bind();

    GpuInferConfiguration reader = configuration("gpu-infer:reader");
    GpuInferConfiguration old = configuration("gpu-infer:reader.old");
    assertThat(reader.getDevice()).isEqualTo("cpu");
    assertThat(reader.getMaxBatchSize()).isEqualTo(2);
    assertThat(reader.getSettings()).containsEntry("limits.maxPixels", "1000");
    assertThat(old.getDevice()).isEqualTo("opencl");
    assertThat(old.getMaxBatchSize()).isEqualTo(16);
  }

  @Test
  void shouldNameTheOptionThatIsNone() {
    component.getModels().put("reader", Map.of("devise", "cpu"));

    assertThatThrownBy(() -> context.getEndpoint("gpu-infer:reader"))
        .isInstanceOf(ResolveEndpointFailedException.class)
        .hasStackTraceContaining("models.reader.devise of the component gpu-infer");
  }

  @Test
  void shouldNameTheOptionWhoseValueDoesNotFit() {
    component.getModels().put("reader", Map.of("maxBatchSize", "many"));

    assertThatThrownBy(() -> context.getEndpoint("gpu-infer:reader"))
        .hasStackTraceContaining("models.reader.maxBatchSize of the component gpu-infer")
        .hasStackTraceContaining("'many'");
  }

  @Test
  void shouldAskForTheOptionWhereThereIsNone() {
    component.getModels().put("reader", "cpu");

    assertThatThrownBy(() -> context.getEndpoint("gpu-infer:reader"))
        .hasStackTraceContaining("models.reader of the component gpu-infer must name an option");
  }

  private GpuInferConfiguration configuration(String uri) {
    return context.getEndpoint(uri, GpuInferEndpoint.class).getConfiguration();
  }
}
