package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gpuinfer.serving.version.ChangeRefusedException;
import io.gpuinfer.serving.version.VersionStatus;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions that come and go as folders. */
class VersionWatchTest extends CamelTestSupport {

  @TempDir Path root;

  private TinyVersions versions;

  @Override
  protected CamelContext createCamelContext() throws Exception {
    versions = new TinyVersions(root);
    versions.addNumbered(1);
    CamelContext context = super.createCamelContext();
    GpuInferComponent component = context.getComponent("gpu-infer", GpuInferComponent.class);
    component.setModelRepository(versions.location());
    component.setWatchInterval(20);
    return context;
  }

  @Override
  protected RoutesBuilder createRouteBuilder() {
    return new RouteBuilder() {
      @Override
      public void configure() {
        from("direct:tiny").routeId("tiny").to("gpu-infer:tiny?device=cpu");
      }
    };
  }

  @Test
  void shouldSwapToAVersionThatAppears() {
    versions.addNumbered(2);
    await().until(() -> status().served().equals("2"));
    assertAnswers(2);

    versions.addNumbered(10);
    await().until(() -> status().served().equals("10"));
    assertAnswers(10);
  }

  @Test
  void shouldKeepTheOldVersionWhenTheNewOneIsDamagedUntilItIsRepaired() {
    versions.addDamaged(2);
    await().until(() -> status().lastFailure() != null);
    assertAnswers(1);
    long failed = status().lastFailure().epochMillis();

    versions.remove(2);
    versions.addNumbered(2);
    await().until(() -> status().served().equals("2"));
    assertThat(status().lastFailure().epochMillis()).isEqualTo(failed);
    assertAnswers(2);
  }

  @Test
  void shouldGoBackWhenTheServedVersionIsRemoved() {
    versions.addNumbered(2);
    await().until(() -> status().served().equals("2"));

    versions.remove(2);
    await().until(() -> status().served().equals("1"));
    assertAnswers(1);
  }

  @Test
  void shouldServeOnWhenNoVersionIsLeft() throws Exception {
    versions.addNumbered(2);
    await().until(() -> status().served().equals("2"));
    versions.remove(1);
    versions.remove(2);
    versions.addNumbered(3);

    await().until(() -> status().served().equals("3"));
    assertAnswers(3);
  }

  @Test
  void shouldNotUndoARollback() {
    versions.addNumbered(2);
    await().until(() -> status().served().equals("2"));

    await()
        .ignoreException(ChangeRefusedException.class)
        .until(() -> component().rollback("tiny") != null);
    await().during(Duration.ofMillis(300)).until(() -> status().served().equals("1"));
    versions.addNumbered(3);
    await().until(() -> status().served().equals("3"));
    assertThat(status().previous()).isEqualTo("1");
  }

  @Test
  void shouldHaveARouteStartWithTheVersionThatAppearedMeanwhile() throws Exception {
    component().swap("tiny", "1");
    context.getRouteController().stopRoute("tiny");
    versions.addNumbered(2);

    context.getRouteController().startRoute("tiny");

    await().until(() -> status().served().equals("2"));
    assertAnswers(2);
  }

  private void assertAnswers(int version) {
    Exchange answer =
        template.request("direct:tiny", e -> e.getMessage().setBody(new float[] {7, 7, 7}));
    assertThat(answer.getException()).isNull();
    assertThat(answer.getMessage().getBody(float[].class)).containsOnly(7 + version);
    assertThat(answer.getMessage().getHeader(GpuInferConstants.MODEL_VERSION))
        .isEqualTo(String.valueOf(version));
  }

  private VersionStatus status() {
    return component().status("tiny").serving().get(0).versions();
  }

  private GpuInferComponent component() {
    return context.getComponent("gpu-infer", GpuInferComponent.class);
  }
}
