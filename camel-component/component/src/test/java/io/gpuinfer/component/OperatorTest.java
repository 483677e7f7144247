package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.console.DevConsole;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an operator sees of a running route: health, JMX and the developer console. */
class OperatorTest {

  private final DefaultCamelContext context = new DefaultCamelContext();

  @BeforeEach
  void start() throws Exception {
    HealthChecks.enable(context);
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:embed").routeId("embed").to("gpu-infer:minilm?device=cpu");
          }
        });
    context.start();
    try (ProducerTemplate template = context.createProducerTemplate()) {
      template.requestBody("direct:embed", "A man is eating food.");
    }
  }

  @AfterEach
  void stop() {
    context.stop();
  }

  @Test
  void shouldReportTheHealthOfEachProducer() throws Exception {
    assertThat(HealthChecks.readiness(context))
        .singleElement()
        .satisfies(
            result -> {
              assertThat(result.getCheck().getId())
                  .isEqualTo("producer:gpu-infer-minilm-cpu-embed");
              assertThat(result.getState()).isEqualTo(HealthCheck.State.UP);
              assertThat(result.getDetails())
                  .containsEntry("model", "minilm")
                  .containsEntry("modelVersion", "1")
                  .containsEntry("state", "STABLE");
              assertThat((String) result.getDetails().get("device")).contains("Host processor");
            });

    context.getRouteController().stopRoute("embed");
    assertThat(HealthChecks.readiness(context)).isEmpty();
  }

  @Test
  void shouldShowStateAndCountsOverJmx() throws Exception {
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    ObjectName endpoint = endpointBean(server);

    assertThat(server.getAttribute(endpoint, "ServerState")).isEqualTo("STABLE");
    assertThat((String) server.getAttribute(endpoint, "ServingDevice")).contains("Host processor");
    assertThat(server.getAttribute(endpoint, "QueueLength")).isEqualTo(0);
    assertThat(server.getAttribute(endpoint, "Completed")).isEqualTo(1L);
    assertThat(server.getAttribute(endpoint, "Failed")).isEqualTo(0L);
    assertThat(server.getAttribute(endpoint, "Rejected")).isEqualTo(0L);
    assertThat(server.getAttribute(endpoint, "Expired")).isEqualTo(0L);
    assertThat(server.getAttribute(endpoint, "MeanBatch")).isEqualTo(1.0);
    assertThat((double) server.getAttribute(endpoint, "P99Millis")).isPositive();
    assertThat(server.getAttribute(endpoint, "DeviceShare")).isEqualTo(1.0);
    assertThat(server.getAttribute(endpoint, "LastError")).isEqualTo("");
  }

  @Test
  void shouldStartAndStopADrillOverJmx() throws Exception {
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    ObjectName endpoint = endpointBean(server);

    server.invoke(endpoint, "startDrill", null, null);
    assertThat(server.getAttribute(endpoint, "Drill")).isEqualTo(true);

    server.invoke(endpoint, "stopDrill", null, null);
    assertThat(server.getAttribute(endpoint, "Drill")).isEqualTo(false);
  }

  @Test
  void shouldShowDevicesAndModelsOnTheConsole() {
    DevConsole console = PluginHelper.getDevConsoleResolver(context).resolveDevConsole("gpu-infer");

    String text = (String) console.call(DevConsole.MediaType.TEXT, Map.of());
    Map<?, ?> json = (Map<?, ?>) console.call(DevConsole.MediaType.JSON, Map.of());

    assertThat(text).contains("Host processor", "minilm version 1 (EMBEDDING): STABLE");
    assertThat((List<?>) json.get("devices")).isNotEmpty();
    assertThat((List<?>) json.get("models"))
        .singleElement()
        .satisfies(
            model ->
                assertThat((Map<?, ?>) model)
                    .extracting("model", "version", "task", "state")
                    .containsExactly("minilm", "1", "EMBEDDING", "STABLE"));
  }

  @Test
  void shouldShowWhatAServerHasDone() {
    Map<?, ?> server = servers(console(Map.of())).get(0);

    assertThat(server.get("name")).isEqualTo("minilm/model");
    assertThat((Map<?, ?>) server.get("requests")).extracting("failed").isEqualTo(0L);
    assertThat((Map<?, ?>) server.get("queue")).extracting("waiting").isEqualTo(0);
    assertThat((Map<?, ?>) server.get("batches")).extracting("meanBatch").isEqualTo(1.0);
    assertThat((Double) ((Map<?, ?>) server.get("latency")).get("p99Millis")).isPositive();
    assertThat((Double) ((Map<?, ?>) server.get("times")).get("computeMillis")).isPositive();
    assertThat((List<?>) server.get("placement"))
        .singleElement()
        .satisfies(
            placed -> assertThat((Map<?, ?>) placed).extracting("operatorShare").isEqualTo(1.0));
    assertThat((List<?>) server.get("instances"))
        .singleElement()
        .satisfies(
            instance -> assertThat((Map<?, ?>) instance).extracting("phase").isEqualTo("IDLE"));
    assertThat((List<?>) server.get("errors")).isEmpty();
  }

  @Test
  void shouldShowOnlyTheModelAskedFor() {
    assertThat((List<?>) console(Map.of("model", "minilm")).get("models")).hasSize(1);
    assertThat((List<?>) console(Map.of("model", "another")).get("models")).isEmpty();
  }

  private Map<?, ?> console(Map<String, Object> query) {
    DevConsole console = PluginHelper.getDevConsoleResolver(context).resolveDevConsole("gpu-infer");
    return (Map<?, ?>) console.call(DevConsole.MediaType.JSON, query);
  }

  private static List<Map<?, ?>> servers(Map<?, ?> report) {
    Map<?, ?> model = (Map<?, ?>) ((List<?>) report.get("models")).get(0);
    return ((List<?>) model.get("servers"))
        .stream().<Map<?, ?>>map(server -> (Map<?, ?>) server).toList();
  }

  private ObjectName endpointBean(MBeanServer server) throws Exception {
    String pattern =
        "org.apache.camel:context=%s,type=endpoints,name=\"gpu-infer:*\""
            .formatted(context.getManagementName());
    return server.queryNames(new ObjectName(pattern), null).iterator().next();
  }
}
