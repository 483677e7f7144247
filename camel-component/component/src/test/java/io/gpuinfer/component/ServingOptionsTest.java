package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.serving.device.InstanceStatus;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the options of an endpoint make of the servers behind it. */
class ServingOptionsTest {

  @TempDir private Path folder;

  private final DefaultCamelContext context = new DefaultCamelContext();
  private ProducerTemplate template;
  private GpuInferEndpoint endpoint;

  private void start(String options) throws Exception {
    String uri = "gpu-infer:tiny?%s&modelUri=%s".formatted(options, TinyModelFile.in(folder));
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:in").streamCache("false").to(uri);
          }
        });
    context.start();
    template = context.createProducerTemplate();
    endpoint = context.getEndpoint(uri, GpuInferEndpoint.class);
  }

  @AfterEach
  void stop() {
    context.stop();
  }

  @Test
  void shouldServeFromSeveralInstancesOnSeveralDevices() throws Exception {
    start("device=opencl, cpu&instances=2&maxBatchDelay=0&watchdog=1m&queueGflop=1.5");

    for (int i = 0; i < 10; i++) {
      assertThat(template.requestBody("direct:in", "1,2," + i, float[].class)[2]).isEqualTo(-i);
    }

    List<InstanceStatus> instances = endpoint.loaded().orElseThrow().servers().get(0).instances();
    assertThat(instances).hasSize(4);
    assertThat(instances.stream().map(instance -> instance.device().name()).distinct()).hasSize(2);
    assertThat(instances.stream().mapToLong(InstanceStatus::batches).sum()).isEqualTo(10);
  }

  @Test
  void shouldTellWhatWasSpentOnTransfersAndWhatTheDeviceRan() throws Exception {
    start("device=opencl");

    Exchange answer = send("1,2,3");

    assertThat(answer.getMessage().getHeader(GpuInferConstants.DEVICE_SHARE)).isEqualTo(1.0);
    assertThat(answer.getMessage().getHeader(GpuInferConstants.TRANSFER_MILLIS, Double.class))
        .isPositive()
        .isLessThan(answer.getMessage().getHeader(GpuInferConstants.COMPUTE_MILLIS, Double.class));
  }

  @Test
  void shouldRefuseARequestBeforeItsBodyIsRead() throws Exception {
    start("device=opencl");
    endpoint.startDrill();
    assertThat(send("1,2,3").getException()).isInstanceOf(DeviceOfflineException.class);
    InputStream body = new ByteArrayInputStream("1,2,3".getBytes(StandardCharsets.UTF_8));

    assertThat(send(body).getException()).isInstanceOf(DeviceOfflineException.class);

    assertThat(body.available()).isEqualTo(5);
  }

  private Exchange send(Object body) {
    return template.request("direct:in", exchange -> exchange.getMessage().setBody(body));
  }
}
