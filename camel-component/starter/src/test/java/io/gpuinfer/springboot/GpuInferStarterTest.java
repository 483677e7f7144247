package io.gpuinfer.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.component.GpuInferComponent;
import io.gpuinfer.component.GpuInferConfiguration;
import io.gpuinfer.component.GpuInferEndpoint;
import io.gpuinfer.serving.Priority;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.test.spring.junit5.CamelSpringBootTest;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;

/** A Spring Boot application with a YAML route, properties and no code. */
@CamelSpringBootTest
@SpringBootTest(
    classes = GpuInferStarterTest.App.class,
    properties = {
      "camel.component.gpu-infer.device=cpu",
      "camel.component.gpu-infer.max-batch-size=4",
      "camel.component.gpu-infer.request-timeout=20s",
      "camel.component.gpu-infer.watch-interval=0s",
      "camel.component.gpu-infer.priority=high",
      "camel.component.gpu-infer.models.reader.device=opencl",
      "camel.component.gpu-infer.models.reader.request-timeout=5s",
      "camel.component.gpu-infer.models.reader.settings.limits.maxPixels=1000",
      "camel.component.gpu-infer.models.second.max-batch-size=2"
    })
class GpuInferStarterTest {

  @Configuration
  @EnableAutoConfiguration
  static class App {}

  @Autowired private CamelContext context;
  @Autowired private ProducerTemplate template;

  @Test
  void shouldGiveTheComponentItsProperties() {
    GpuInferComponent component = context.getComponent("gpu-infer", GpuInferComponent.class);

    assertThat(component.getConfiguration().getDevice()).isEqualTo("cpu");
    assertThat(component.getConfiguration().getMaxBatchSize()).isEqualTo(4);
    assertThat(component.getConfiguration().getRequestTimeout()).isEqualTo(20_000);
    assertThat(component.getConfiguration().getPriority()).isEqualTo(Priority.HIGH);
  }

  @Test
  void shouldGiveEachNamedModelItsOptions() {
    GpuInferConfiguration reader = configuration("gpu-infer:reader");
    GpuInferConfiguration second = configuration("gpu-infer:second?device=opencl");

    assertThat(reader.getDevice()).isEqualTo("opencl");
    assertThat(reader.getRequestTimeout()).isEqualTo(5000);
    assertThat(reader.getMaxBatchSize()).isEqualTo(4);
    assertThat(reader.getSettings()).containsOnlyKeys("limits");
    assertThat(second.getDevice()).isEqualTo("opencl");
    assertThat(second.getRequestTimeout()).isEqualTo(20_000);
    assertThat(second.getMaxBatchSize()).isEqualTo(2);
  }

  private GpuInferConfiguration configuration(String uri) {
    return context.getEndpoint(uri, GpuInferEndpoint.class).getConfiguration();
  }

  @Test
  void shouldAnswerAYamlRouteFromARealModel() {
    float[] vector = template.requestBody("direct:embed", "A man is eating food.", float[].class);

    assertThat(vector).hasSize(384);
    assertThat(vector[0]).isCloseTo(0.03324158f, Offset.offset(1e-4f));
  }
}
