package io.gpuinfer.samples;

import org.apache.camel.builder.RouteBuilder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.stereotype.Component;

/**
 * A picture in, the faces on it out. No registry of Maven has a model for it, so it is there only
 * where {@code samples.faces} says which file is one.
 */
@Component
@ConditionalOnProperty("samples.faces")
class FaceRoute extends RouteBuilder {

  @Override
  public void configure() {
    from("direct:task-detection")
        .routeId("task-detection")
        .routeConfigurationId("errors-to-the-caller")
        .to("gpu-infer:faces?task=detection&modelUri={{samples.faces}}");
  }
}
