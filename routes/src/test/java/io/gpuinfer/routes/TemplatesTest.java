package io.gpuinfer.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.OverloadedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ProcessorEndpoint;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the templates do when a model fails: a component in the place of ours fails on demand. */
class TemplatesTest extends CamelTestSupport {

  private static final String TEMPLATES = "classpath:camel-template/";

  private final List<String> devices = Collections.synchronizedList(new ArrayList<>());
  private final List<Object> stored = Collections.synchronizedList(new ArrayList<>());
  private final List<Object> refused = Collections.synchronizedList(new ArrayList<>());
  private volatile Exception onTheDevice;
  private volatile Exception onTheHost;

  @BeforeEach
  void addTheTemplates() throws Exception {
    context.addComponent("gpu-infer", new FailingComponent());
    for (String name : List.of("guarded-call", "batch-consumer")) {
      PluginHelper.getRoutesLoader(context)
          .loadRoutes(ResourceHelper.resolveResource(context, TEMPLATES + name + ".yaml"));
    }
    context.addRouteFromTemplate(
        "guarded", "gpu-guarded-call", Map.of("from", "direct:guarded", "model", "any"));
    context.addRouteFromTemplate(
        "batch",
        "gpu-batch-consumer",
        Map.of(
            "from", "direct:batch",
            "to", "direct:list",
            "answered", "direct:stored",
            "failed", "direct:refused"));
  }

  @Override
  protected RoutesBuilder createRouteBuilder() {
    return new RouteBuilder() {
      @Override
      public void configure() {
        errorHandler(noErrorHandler());
        from("direct:list").process(TemplatesTest.this::answerList);
        from("direct:stored").process(e -> stored.add(e.getMessage().getBody()));
        from("direct:refused").process(e -> refused.add(e.getMessage().getBody()));
      }
    };
  }

  @Test
  void shouldAskTheHostWhenTheDeviceFails() {
    onTheDevice = new DeviceOfflineException("lost", -54);

    for (int i = 0; i < 5; i++) {
      Exchange answer = template.request("direct:guarded", e -> e.getMessage().setBody("text"));
      assertThat(answer.getException()).isNull();
      assertThat(answer.getMessage().getBody()).isEqualTo("cpu: text");
      assertThat(answer.getVariable("degraded")).isEqualTo("true");
    }
    // Open after three failures: the device is spared.
    assertThat(devices).filteredOn("none"::equals).hasSize(3);
    assertThat(devices).filteredOn("cpu"::equals).hasSize(5);
  }

  @Test
  void shouldNeitherCountNorAnswerARefusal() {
    onTheDevice = new InvalidInputException("no text");

    for (int i = 0; i < 20; i++) {
      Exchange answer = template.request("direct:guarded", e -> e.getMessage().setBody("text"));
      assertThat(answer.getException()).isSameAs(onTheDevice);
      assertThat(answer.getMessage().getHeader("Retry-After")).isNull();
    }
    assertThat(devices).hasSize(20).containsOnly("none");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 1000, 1001})
  void shouldSayWhenToComeBack(long millis) {
    onTheDevice = new OverloadedException("full", Duration.ofMillis(millis));

    Exchange answer = template.request("direct:guarded", e -> e.getMessage().setBody("text"));

    assertThat(answer.getException()).isSameAs(onTheDevice);
    assertThat(answer.getMessage().getHeader("Retry-After")).isEqualTo(millis > 1000 ? 2L : 1L);
  }

  @Test
  void shouldSayWhenToComeBackToTheHost() {
    onTheDevice = new DeviceOfflineException("lost", -54);
    onTheHost = new OverloadedException("full", Duration.ofSeconds(3));

    Exchange answer = template.request("direct:guarded", e -> e.getMessage().setBody("text"));

    assertThat(answer.getException()).isSameAs(onTheHost);
    assertThat(answer.getMessage().getHeader("Retry-After")).isEqualTo(3L);
  }

  @Test
  void shouldFailWhenNobodyCanAnswer() {
    onTheDevice = new DeviceOfflineException("lost", -54);
    onTheHost = new DeviceOfflineException("lost too", -54);

    Exchange answer = template.request("direct:guarded", e -> e.getMessage().setBody("text"));

    assertThat(answer.getException()).isSameAs(onTheHost);
  }

  @Test
  void shouldHandOnNothingOfABatchThatMayBeGivenAgain() {
    onTheDevice = new DeviceOfflineException("lost", -54);

    Exchange answer =
        template.request("direct:batch", e -> e.getMessage().setBody(List.of("a", "b")));

    assertThat(answer.getException()).isSameAs(onTheDevice);
    assertThat(stored).isEmpty();
    assertThat(refused).isEmpty();
  }

  @Test
  void shouldFailTheItemsAloneThatAreWrong() {
    Exchange answer =
        template.request("direct:batch", e -> e.getMessage().setBody(List.of("a", 2, "c")));

    assertThat(answer.getException()).isNull();
    assertThat(stored).containsExactly("answer to a", "answer to c");
    assertThat(refused).containsExactly(2);
  }

  @Test
  void shouldDoNothingForAnEmptyBatch() {
    Exchange answer = template.request("direct:batch", e -> e.getMessage().setBody(List.of()));

    assertThat(answer.getException()).isNull();
    assertThat(stored).isEmpty();
    assertThat(refused).isEmpty();
  }

  @Test
  void shouldTakeAMessageForABatchOfOne() {
    template.sendBody("direct:batch", "a");

    assertThat(stored).containsExactly("answer to a");
  }

  @Test
  void shouldRefuseAnswersThatBelongToNoItem() {
    Exchange answer =
        template.request("direct:batch", e -> e.getMessage().setBody(List.of("a", "short")));

    assertThat(answer.getException()).hasMessage("1 answers for 2 items");
    assertThat(stored).isEmpty();
  }

  private void answerList(Exchange exchange) throws Exception {
    if (onTheDevice != null) {
      throw onTheDevice;
    }
    Object body = exchange.getMessage().getBody();
    List<?> items = body instanceof List<?> list ? list : List.of(body);
    if (items.isEmpty() || !items.stream().allMatch(String.class::isInstance)) {
      throw new InvalidInputException("no texts");
    }
    List<String> answers = items.stream().map(item -> "answer to " + item).toList();
    if (items.contains("short")) {
      answers = answers.subList(1, answers.size());
    }
    exchange.getMessage().setBody(body instanceof List ? answers : answers.get(0));
  }

  /** Answers with the device that its URI names, or fails as the test wants. */
  private final class FailingComponent extends DefaultComponent {

    @Override
    protected Endpoint createEndpoint(String uri, String path, Map<String, Object> options) {
      String device = options.containsKey("device") ? "" + options.remove("device") : "none";
      Processor model =
          exchange -> {
            devices.add(device);
            Exception failure = device.equals("cpu") ? onTheHost : onTheDevice;
            if (failure != null) {
              throw failure;
            }
            exchange.getMessage().setBody(device + ": " + exchange.getMessage().getBody());
          };
      return new ProcessorEndpoint(uri, this, model);
    }
  }
}
