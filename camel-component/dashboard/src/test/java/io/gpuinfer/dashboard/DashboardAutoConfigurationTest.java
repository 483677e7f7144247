package io.gpuinfer.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.web.servlet.function.RouterFunction;

class DashboardAutoConfigurationTest {

  private final CamelContext camel = new DefaultCamelContext();

  private final WebApplicationContextRunner web =
      new WebApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(DashboardAutoConfiguration.class))
          .withBean(CamelContext.class, () -> camel);

  @Test
  void shouldBeThereByDefault() {
    web.run(application -> assertThat(application).hasSingleBean(RouterFunction.class));
  }

  @Test
  void shouldBeSwitchedOff() {
    web.withPropertyValues("gpu-infer.dashboard.enabled=false")
        .run(
            application ->
                assertThat(application)
                    .doesNotHaveBean(RouterFunction.class)
                    .doesNotHaveBean(Sampler.class));
  }

  @Test
  void shouldNotBeThereWithoutAWebServer() {
    new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(DashboardAutoConfiguration.class))
        .withBean(CamelContext.class, () -> camel)
        .run(application -> assertThat(application).doesNotHaveBean(Sampler.class));
  }

  @Test
  void shouldDescribeEachOfItsProperties() throws IOException {
    try (InputStream metadata =
        DashboardProperties.class.getResourceAsStream(
            "/META-INF/spring-configuration-metadata.json")) {
      JsonNode properties = new ObjectMapper().readTree(metadata).get("properties");

      assertThat(properties.findValuesAsText("name"))
          .containsExactlyInAnyOrder(
              "gpu-infer.dashboard.enabled",
              "gpu-infer.dashboard.entrances",
              "gpu-infer.dashboard.hosts");
      assertThat(properties).allMatch(property -> !property.path("description").asText().isEmpty());
    }
  }
}
