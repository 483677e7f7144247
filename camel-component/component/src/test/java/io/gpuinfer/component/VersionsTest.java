package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.serving.version.ChangeRefusedException;
import io.gpuinfer.serving.version.ModelUnavailableException;
import io.gpuinfer.serving.version.SwapMode;
import io.gpuinfer.serving.version.VersionStatus;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.apache.camel.test.junit5.TestExecutionConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions of a model through routes and control endpoints, on the host's cores. */
class VersionsTest extends CamelTestSupport {

  private static final String ENDPOINT = "gpu-infer:tiny?device=cpu";

  @TempDir Path root;

  private TinyVersions versions;

  @Override
  public void configureTest(TestExecutionConfiguration configuration) {
    super.configureTest(configuration);
    configuration.withJMX(true);
  }

  @Override
  protected CamelContext createCamelContext() throws Exception {
    versions = new TinyVersions(root);
    versions.addNumbered(1);
    versions.addNumbered(2);
    CamelContext context = super.createCamelContext();
    context
        .getComponent("gpu-infer", GpuInferComponent.class)
        .setModelRepository(versions.location());
    return context;
  }

  @Override
  protected RoutesBuilder createRouteBuilder() {
    return new RouteBuilder() {
      @Override
      public void configure() {
        from("direct:tiny").routeId("tiny").to(ENDPOINT);
        from("direct:pinned").to(ENDPOINT + "&modelVersion=1");
        for (Operation operation : EnumSet.complementOf(EnumSet.of(Operation.INFER))) {
          from("direct:" + operation).to("gpu-infer:tiny?operation=" + operation);
        }
      }
    };
  }

  @Test
  void shouldServeTheHighestVersion() {
    assertServes(2);
  }

  @Test
  void shouldSwapByApi() {
    ModelStatus status = component().swap("tiny", "1");

    assertServes(1);
    assertThat(status.available()).containsExactly("1", "2");
    assertThat(status.serving())
        .filteredOn(serving -> !serving.pinned())
        .singleElement()
        .satisfies(
            serving -> {
              assertThat(serving.device()).isEqualTo("cpu");
              assertThat(serving.task()).isEqualTo("TENSOR");
              assertThat(serving.versions().served()).isEqualTo("1");
              assertThat(serving.versions().previous()).isEqualTo("2");
            });
  }

  @Test
  void shouldSwapByAControlEndpoint() {
    versions.addNumbered(3);

    ModelStatus status = control(Operation.SWAP, Map.of()).getMessage().getBody(ModelStatus.class);

    assertThat(status.available()).containsExactly("1", "2", "3");
    assertServes(3);

    control(
        Operation.SWAP,
        Map.of(GpuInferConstants.TARGET_VERSION, "1", GpuInferConstants.DRAIN_FIRST, "true"));
    assertServes(1);
  }

  @Test
  void shouldTellTheStatusByAControlEndpoint() {
    component().swap("tiny", "1");

    ModelStatus status =
        control(Operation.STATUS, Map.of()).getMessage().getBody(ModelStatus.class);

    assertThat(status).isEqualTo(component().status("tiny"));
    assertThat(status.model()).isEqualTo("tiny");
    assertThat(status.serving()).extracting(ModelStatus.Serving::pinned).contains(true, false);
  }

  @Test
  void shouldRollBack() {
    component().swap("tiny", "1");

    control(Operation.ROLLBACK, Map.of());
    assertServes(2);

    component().rollback("tiny");
    assertServes(1);
  }

  @Test
  void shouldRefuseToRollBackWhereNothingServedBefore() {
    assertThat(control(Operation.ROLLBACK, Map.of()).getException())
        .isInstanceOf(ChangeRefusedException.class);
    assertServes(2);
  }

  @Test
  void shouldSayHowToLoadAModelThatWasUnloaded() {
    control(Operation.UNLOAD, Map.of());

    Exchange refused = infer("direct:tiny", 1);
    assertThat(refused.getException())
        .isInstanceOf(ModelUnavailableException.class)
        .hasMessageContaining("version 2")
        .hasMessageContaining("load");
    GpuInferEndpoint endpoint = context.getEndpoint(ENDPOINT, GpuInferEndpoint.class);
    assertThat(endpoint.getServedVersion()).isEmpty();
    assertThat(endpoint.getServingDevice()).isEmpty();
    assertThat(endpoint.getServerState()).isEqualTo("OFFLINE");
    assertThat(endpoint.getUnderWay()).isZero();

    control(Operation.LOAD, Map.of(GpuInferConstants.TARGET_VERSION, "1"));
    assertServes(1);
  }

  @Test
  void shouldRefuseToLoadBesideWhatServes() {
    assertThatThrownBy(() -> component().load("tiny", "1"))
        .isInstanceOf(ChangeRefusedException.class)
        .hasMessageContaining("swap");
    assertThat(component().load("tiny", null)).isEqualTo(component().status("tiny"));
  }

  @Test
  void shouldKeepTheOldVersionWhenTheNewOneIsDamaged() {
    versions.addDamaged(3);
    versions.addUnsupported(4);

    for (String version : new String[] {"3", "4"}) {
      for (SwapMode mode : SwapMode.values()) {
        assertThatThrownBy(() -> component().swap("tiny", version, mode))
            .isInstanceOf(ModelLoadException.class);
        assertServes(2);
        assertThat(followed().lastFailure().version()).isEqualTo(version);
        assertThat(followed().lastFailure().reason()).contains("net.onnx");
      }
    }
  }

  @Test
  void shouldNameTheVersionsThatAreThere() {
    assertThat(
            control(Operation.SWAP, Map.of(GpuInferConstants.TARGET_VERSION, "9")).getException())
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("[1, 2]");
    assertServes(2);
  }

  @Test
  void shouldTakeAVersionForANameAndNeverForAPath() {
    for (String path : new String[] {"../tiny/1", "/tmp", "1/..", "..", "", "1\n"}) {
      assertThat(
              control(Operation.SWAP, Map.of(GpuInferConstants.TARGET_VERSION, path))
                  .getException())
          .as("version '%s'", path)
          .isInstanceOf(InvalidInputException.class);
    }
    assertThat(
            control(Operation.SWAP, Map.of(GpuInferConstants.DRAIN_FIRST, "perhaps"))
                .getException())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("perhaps");
    assertServes(2);
  }

  @Test
  void shouldLeaveEndpointsThatNameTheirVersionAlone() throws Exception {
    component().swap("tiny", "1");
    component().swap("tiny", "2");
    component().unload("tiny");

    assertAnswer(infer("direct:pinned", 5), 5, 1);
    GpuInferEndpoint pinned =
        context.getEndpoint(ENDPOINT + "&modelVersion=1", GpuInferEndpoint.class);
    assertThatThrownBy(() -> pinned.swap("2"))
        .isInstanceOf(ChangeRefusedException.class)
        .hasMessageContaining("keeps to that");
  }

  @Test
  void shouldChangeAllThatFollowsAModel() throws Exception {
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:other").to(ENDPOINT + "&queueCapacity=3");
          }
        });

    component().swap("tiny", "1");

    assertServes(1);
    assertAnswer(infer("direct:other", 1), 1, 1);
  }

  @Test
  void shouldChangeNothingWhereAVersionIsNotReadyOnAll() throws Exception {
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:device").to("gpu-infer:tiny?device=opencl");
          }
        });
    versions.addNumbered(3);
    GpuInferEndpoint device =
        context.getEndpoint("gpu-infer:tiny?device=opencl", GpuInferEndpoint.class);

    device.startDrill();
    assertThatThrownBy(() -> component().swap("tiny", "3"))
        .isInstanceOf(DeviceOfflineException.class);
    device.stopDrill();
    assertServes(2);
    assertAnswer(infer("direct:device", 1), 1, 2);

    component().swap("tiny", "3");
    assertServes(3);
    assertAnswer(infer("direct:device", 1), 1, 3);

    component().rollback("tiny");
    assertServes(2);
    assertAnswer(infer("direct:device", 1), 1, 2);
  }

  @Test
  void shouldKeepToTheVersionThatWasChosenWhenARouteRestarts() throws Exception {
    component().swap("tiny", "1");

    context.getRouteController().stopRoute("tiny");
    context.getRouteController().startRoute("tiny");
    assertServes(1);

    context.getRouteController().stopRoute("tiny");
    versions.remove(1);
    context.getRouteController().startRoute("tiny");
    assertServes(2);
  }

  @Test
  void shouldRefuseToChangeWhatNoRouteUses() throws Exception {
    context.getRouteController().stopRoute("tiny");

    assertThat(control(Operation.SWAP, Map.of()).getException())
        .isInstanceOf(ChangeRefusedException.class)
        .hasMessageContaining("tiny");
    assertThat(component().status("nonesuch"))
        .isEqualTo(new ModelStatus("nonesuch", List.of(), List.of()));
  }

  @Test
  void shouldRefuseAControlEndpointThatNamesAVersion() {
    assertThatThrownBy(() -> context.getEndpoint("gpu-infer:tiny?operation=swap&modelVersion=1"))
        .isInstanceOf(ResolveEndpointFailedException.class)
        .rootCause()
        .hasMessageContaining(GpuInferConstants.TARGET_VERSION);
  }

  @Test
  void shouldChangeVersionsOnAThreadOfTheirOwn() throws Exception {
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:thread")
                .to("gpu-infer:tiny?operation=swap")
                .process(e -> e.getMessage().setBody(Thread.currentThread().getName()));
          }
        });

    assertThat(template.requestBody("direct:thread", null, String.class)).contains("GpuInferRoute");
  }

  @Test
  void shouldChangeVersionsOverJmx() throws Exception {
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    ObjectName endpoint =
        server.queryNames(new ObjectName("org.apache.camel:type=endpoints,*"), null).stream()
            .filter(name -> name.getKeyProperty("name").equals("\"gpu-infer://tiny\\?device=cpu\""))
            .findFirst()
            .orElseThrow();

    invoke(server, endpoint, "swap", "1");
    assertThat(server.getAttribute(endpoint, "ServedVersion")).isEqualTo("1");
    server.invoke(endpoint, "rollback", null, null);
    assertServes(2);
    server.invoke(endpoint, "unload", null, null);
    assertThat(server.getAttribute(endpoint, "ServedVersion")).isEqualTo("");
    invoke(server, endpoint, "load", "");
    assertServes(2);
    assertThat((String) server.invoke(endpoint, "versions", null, null)).contains("served=2");
  }

  @Test
  void shouldReturnALeaseHoweverARequestEnds() {
    infer("direct:tiny", 1);
    template.request("direct:tiny", e -> e.getMessage().setBody(Map.of()));
    template.request("direct:tiny", e -> e.getMessage().setBody("no number"));
    template.request(
        "direct:tiny",
        e -> {
          e.getMessage().setBody(new float[3]);
          e.getMessage().setHeader(GpuInferConstants.TIMEOUT, "perhaps");
        });
    for (int i = 0; i < 50; i++) {
      template.request(
          "direct:tiny",
          e -> {
            e.getMessage().setBody(new float[3 * 10_000]);
            e.getMessage().setHeader(GpuInferConstants.TIMEOUT, 1);
          });
    }

    await().until(() -> followed().leases() == 0);
    assertServes(2);
  }

  @Test
  void shouldRefuseAVersionWithOtherInputsUnlessForced() {
    versions.addNumbered(3, 5);

    assertThat(control(Operation.SWAP, Map.of()).getException())
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("Version 3 of model tiny takes")
        .hasMessageContaining(GpuInferConstants.FORCE);
    assertServes(2);

    assertThat(control(Operation.SWAP, Map.of(GpuInferConstants.FORCE, "true")).getException())
        .isNull();
    assertThat(followed().served()).isEqualTo("3");

    assertThat(control(Operation.ROLLBACK, Map.of()).getException()).isNull();
    assertServes(2);
  }

  private static void invoke(MBeanServer server, ObjectName bean, String operation, String argument)
      throws Exception {
    server.invoke(bean, operation, new Object[] {argument}, new String[] {String.class.getName()});
  }

  private void assertServes(int version) {
    assertAnswer(infer("direct:tiny", 40), 40, version);
    assertThat(followed().served()).isEqualTo(String.valueOf(version));
    assertThat(followed().change()).isNull();
  }

  private static void assertAnswer(Exchange answer, float x, int version) {
    assertThat(answer.getException()).isNull();
    assertThat(answer.getMessage().getBody(float[].class))
        .containsExactly(x + version, version, version);
    assertThat(answer.getMessage().getHeader(GpuInferConstants.MODEL_VERSION))
        .isEqualTo(String.valueOf(version));
  }

  private Exchange infer(String uri, float x) {
    return template.request(uri, e -> e.getMessage().setBody(new float[] {x, 0, 0}));
  }

  private Exchange control(Operation operation, Map<String, Object> headers) {
    return template.request(
        "direct:" + operation, e -> e.getMessage().setHeaders(new HashMap<>(headers)));
  }

  private VersionStatus followed() {
    return component().status("tiny").serving().stream()
        .filter(serving -> !serving.pinned())
        .findFirst()
        .orElseThrow()
        .versions();
  }

  private GpuInferComponent component() {
    return context.getComponent("gpu-infer", GpuInferComponent.class);
  }
}
