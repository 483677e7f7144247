package io.gpuinfer.routes.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.camel.main.Main;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteTemplateDefinition;
import org.junit.jupiter.api.Test;

class ProtocolRoutesTest {

  /**
   * Camel finds all that the jar has, and starts none of it: an application's routes are its own.
   * There is no component platform-http here either, which applications bring that want protocols.
   */
  @Test
  void areNotThereUnlessAPropertyAsksForThem() throws Exception {
    Main application = new Main();
    try {
      application.start();

      ModelCamelContext camel = (ModelCamelContext) application.getCamelContext();
      assertThat(camel.getRouteTemplateDefinitions())
          .extracting(RouteTemplateDefinition::getId)
          .contains("gpu-guarded-call", "gpu-request-types", "gpu-batch-consumer");
      assertThat(camel.getRoutes()).isEmpty();
      assertThat(camel.getEndpoints()).isEmpty();
    } finally {
      application.stop();
    }
  }

  @Test
  void takeNoTokenThatCouldBeGuessed() {
    assertThatThrownBy(() -> new AdminFace().setToken("secret"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("16 characters")
        .hasMessageNotContaining("secret");
  }
}
