package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.serving.version.ModelUnavailableException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;
import org.apache.camel.Producer;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.junit.jupiter.api.Test;

/** Who holds a model, and for how long. */
class SharedModelTest extends CamelTestSupport {

  private static final String TEXT = "A man is eating food.";

  @Override
  protected RoutesBuilder createRouteBuilder() {
    return new RouteBuilder() {
      @Override
      public void configure() {
        from("direct:a").routeId("a").to("gpu-infer:minilm?device=cpu");
        from("direct:b").routeId("b").to("gpu-infer:minilm?device=cpu&priority=high");
        from("direct:c").routeId("c").to("gpu-infer:minilm?device=cpu&requestTimeout=9s");
      }
    };
  }

  @Test
  void shouldLoadAModelOnceForAllRoutesThatUseItAlike() throws Exception {
    LoadedModels models = models();

    assertThat(models.all()).hasSize(1);
    assertThat(models.users(models.all().get(0).key())).isEqualTo(3);

    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:d").to("gpu-infer:minilm?device=cpu&queueCapacity=2");
          }
        });
    assertThat(models.all()).hasSize(2);
  }

  @Test
  void shouldReleaseAModelWithTheLastRouteThatUsesIt() throws Exception {
    LoadedModel model = models().all().get(0);

    context.getRouteController().stopRoute("a");
    context.getRouteController().stopRoute("b");
    assertThat(models().all()).containsExactly(model);
    assertThat(embed("direct:c")).hasSize(384);

    context.getRouteController().stopRoute("c");
    assertThat(models().all()).isEmpty();
    assertThatThrownBy(() -> model.versions().lease())
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void shouldAnswerAgainAfterARestart() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertThat(embed("direct:a")).hasSize(384);
      for (String route : List.of("a", "b", "c")) {
        context.getRouteController().stopRoute(route);
      }
      assertThat(models().all()).isEmpty();
      for (String route : List.of("a", "b", "c")) {
        context.getRouteController().startRoute(route);
      }
    }
    assertThat(embed("direct:a")).hasSize(384);
    assertThat(models().users(models().all().get(0).key())).isEqualTo(3);
  }

  @Test
  void shouldAnswerAgainAfterASuspension() throws Exception {
    context.getRouteController().suspendRoute("a");
    context.getRouteController().resumeRoute("a");

    assertThat(embed("direct:a")).hasSize(384);
  }

  @Test
  void shouldAnswerWhatIsUnderWayBeforeARouteStops() throws Exception {
    List<String> texts = List.of("word ".repeat(300), "word ".repeat(301), "word ".repeat(302));
    CompletableFuture<Object> answer = template.asyncRequestBody("direct:a", texts);
    GpuInferEndpoint endpoint =
        context.getEndpoint("gpu-infer:minilm?device=cpu", GpuInferEndpoint.class);
    await().until(() -> endpoint.getUnderWay() == 1);

    for (String route : List.of("a", "b", "c")) {
      context.getRouteController().stopRoute(route);
    }

    assertThat((List<?>) answer.join()).hasSize(3);
    assertThat(models().all()).isEmpty();
  }

  @Test
  void shouldRefuseToWorkOnceStopped() throws Exception {
    Producer producer = context.getEndpoint("gpu-infer:minilm?device=cpu").createProducer();
    producer.start();
    producer.stop();
    Exchange exchange = new DefaultExchange(context);
    exchange.getMessage().setBody(TEXT);

    producer.process(exchange);

    assertThat(exchange.getException())
        .isInstanceOf(GpuInferException.class)
        .hasMessageContaining("stopped");
  }

  private float[] embed(String uri) {
    return template.requestBody(uri, TEXT, float[].class);
  }

  private LoadedModels models() {
    return context.getComponent("gpu-infer", GpuInferComponent.class).models();
  }
}
