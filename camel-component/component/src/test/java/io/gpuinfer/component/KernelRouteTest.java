package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.aparapi.Kernel;
import com.aparapi.Range;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.kernel.FloatKernel;
import io.gpuinfer.engine.kernel.Input;
import io.gpuinfer.engine.kernel.Output;
import io.gpuinfer.engine.kernel.RouteKernel;
import io.gpuinfer.serving.ServerState;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.console.DevConsole;
import org.apache.camel.console.DevConsole.MediaType;
import org.apache.camel.health.HealthCheck.State;
import org.apache.camel.spi.Registry;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kernels of an application's own in routes. There is no model repository in this test. */
@TestInstance(Lifecycle.PER_CLASS)
class KernelRouteTest extends CamelTestSupport {

  private static final String CLASS = KernelRouteTest.class.getName();

  /** Cannot be translated. */
  public static class Digits extends Kernel implements RouteKernel {
    @Input protected int[] numbers;
    @Output protected int[] digits;

    @Override
    public Range prepare() {
      digits = new int[numbers.length];
      return Range.create(numbers.length);
    }

    @Override
    public void run() {
      int i = getGlobalId();
      digits[i] = Integer.toString(numbers[i]).length();
    }
  }

  /** Can be translated. */
  public static class Scaled extends Kernel implements RouteKernel {
    @Input protected float[] numbers;
    @Input protected float by;
    @Output protected float[] scaled;

    @Override
    public Range prepare() {
      scaled = new float[numbers.length];
      return Range.create(numbers.length);
    }

    @Override
    public void run() {
      int i = getGlobalId();
      scaled[i] = numbers[i] * by;
    }
  }

  @Override
  protected CamelContext createCamelContext() throws Exception {
    CamelContext created = super.createCamelContext();
    HealthChecks.enable(created);
    return created;
  }

  @Override
  protected void bindToRegistry(Registry registry) {
    registry.bind("number", 42);
    registry.bind(
        "leaky",
        new FloatKernel() {
          @Override
          public float apply(float[] in, int i) {
            return in[i] > 0 ? in[i] : 0.1f * in[i];
          }
        });
  }

  @Override
  protected RoutesBuilder createRouteBuilder() {
    return new RouteBuilder() {
      @Override
      public void configure() {
        GpuInferComponent component =
            getContext().getComponent("gpu-infer", GpuInferComponent.class);
        component.setModelRepository("/no/such/folder");
        from("direct:bean").to("gpu-infer:leaky?task=kernel&device=opencl&kernel=#bean:leaky");
        from("direct:class")
            .to("gpu-infer:scaled?task=kernel&device=opencl&kernel=" + CLASS + "$Scaled");
        from("direct:cpu")
            .to("gpu-infer:scaled?task=kernel&device=cpu&kernel=" + CLASS + "$Scaled");
        from("direct:auto").to("gpu-infer:digits?task=kernel&kernel=" + CLASS + "$Digits");
      }
    };
  }

  @Test
  void shouldRunABeanOfTheRegistry() {
    Exchange answer = send("direct:bean", new float[] {2, -2});

    assertThat(answer.getMessage().getBody(float[].class)).containsExactly(2, -0.2f);
    assertThat(answer.getMessage().getHeader(GpuInferConstants.MODEL_VERSION)).isEqualTo("1");
    assertThat(answer.getMessage().getHeader(GpuInferConstants.STATE))
        .isEqualTo(ServerState.STABLE);
    assertThat(answer.getMessage().getHeader(GpuInferConstants.CONVERSION_MILLIS, Double.class))
        .isPositive();
    assertThat(answer.getMessage().getHeader(GpuInferConstants.COMPUTE_MILLIS, Double.class))
        .isPositive();
    assertThat(answer.getMessage().getHeader(GpuInferConstants.TRANSFER_MILLIS, Double.class))
        .isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"direct:class", "direct:cpu"})
  void shouldRunAClassOnTheDeviceOfTheUri(String route) {
    Exchange answer = send(route, Map.of("numbers", List.of(1, 2.5), "by", 4));

    assertThat(answer.getMessage().getBody(float[].class)).containsExactly(4, 10);
    assertThat(device(answer).startsWith("Java threads")).isEqualTo(route.equals("direct:cpu"));
  }

  @Test
  void shouldSayThatItRanOnJavaThreads() {
    Exchange answer = send("direct:auto", new int[] {1, 22, 333});

    assertThat(answer.getMessage().getBody(int[].class)).containsExactly(1, 2, 3);
    assertThat(device(answer)).startsWith("Java threads");
    assertThat(answer.getMessage().getHeaders())
        .doesNotContainKey(GpuInferConstants.CONVERSION_MILLIS);
  }

  @Test
  void shouldNotStartWithAKernelThatTheDeviceCannotRun() {
    refuses("device=opencl&kernel=" + CLASS + "$Digits")
        .hasStackTraceContaining("UnsupportedModelException: The kernel " + CLASS + "$Digits")
        .hasStackTraceContaining("java.lang.Integer.toString: ");
  }

  @Test
  void shouldNotStartWithWhatIsNoKernel() {
    refuses("device=cpu&kernel=java.lang.String")
        .hasStackTraceContaining("ModelLoadException: java.lang.String is no kernel for routes");
    refuses("device=cpu&kernel=com.acme.NoSuchKernel")
        .hasStackTraceContaining("ModelLoadException: There is no class com.acme.NoSuchKernel");
    refuses("device=cpu&kernel=#bean:number")
        .hasStackTraceContaining("java.lang.Integer is no kernel");
    refuses("kernel=#bean:nowhere").hasStackTraceContaining("nowhere");
  }

  @Test
  void shouldRefuseOptionsThatDoNotGoTogether() {
    assertThatThrownBy(() -> context.getEndpoint("gpu-infer:k?task=kernel"))
        .hasStackTraceContaining("task=kernel takes the option kernel");
    assertThatThrownBy(() -> context.getEndpoint("gpu-infer:k?task=ocr&kernel=#bean:leaky"))
        .hasStackTraceContaining("goes with task=kernel only");
    assertThatThrownBy(
            () ->
                context.getEndpoint(
                    "gpu-infer:k?task=kernel&kernel=#bean:leaky&modelUri=file:m.onnx"))
        .hasStackTraceContaining("has no model files");
  }

  /** What a request brings never chooses code. */
  @Test
  void shouldNotTakeAKernelFromARequest() {
    Exchange answer =
        template.request(
            "direct:bean",
            exchange -> {
              exchange.getMessage().setBody(new float[] {3});
              exchange.getMessage().setHeader("kernel", CLASS + "$Scaled");
              exchange.getMessage().setHeader("CamelGpuInferKernel", CLASS + "$Scaled");
            });

    assertThat(answer.getMessage().getBody(float[].class)).containsExactly(3);
    assertThatThrownBy(() -> template.requestBody("direct:class", Map.of("kernel", CLASS)))
        .isInstanceOf(CamelExecutionException.class)
        .hasCauseInstanceOf(InvalidInputException.class)
        .hasStackTraceContaining("no input 'kernel', only [numbers, by]");
  }

  @Test
  void shouldRefuseBodiesThatAreNoArrays() {
    for (Object body : List.of("a text", Map.of("numbers", "1"), new String[] {"1"})) {
      assertThatThrownBy(() -> template.requestBody("direct:class", body))
          .hasCauseInstanceOf(InvalidInputException.class);
    }
  }

  @Test
  void shouldShowTheGeneratedCodeInTheConsole() {
    DevConsole console = PluginHelper.getDevConsoleResolver(context).resolveDevConsole("gpu-infer");
    send("direct:class", Map.of("numbers", List.of(1), "by", 2));

    String text = (String) console.call(MediaType.TEXT, Map.of(GpuInferDevConsole.MODEL, "scaled"));
    assertThat(text)
        .contains("scaled version 1 (KERNEL): STABLE", "conversionMillis", "__kernel void run(")
        .contains("this->scaled[i]  = this->numbers[i] * this->by;");
    assertThat(console.call(MediaType.JSON, Map.of()).toString()).contains("__kernel void run(");
  }

  @Test
  void shouldBeHealthy() {
    assertThat(HealthChecks.readiness(context))
        .hasSize(4)
        .allSatisfy(result -> assertThat(result.getState()).isEqualTo(State.UP));
  }

  private AbstractThrowableAssert<?, ? extends Throwable> refuses(String options) {
    return assertThatThrownBy(
        () -> template.requestBody("gpu-infer:refused?task=kernel&" + options, new int[1]));
  }

  private Exchange send(String route, Object body) {
    Exchange answer = template.request(route, exchange -> exchange.getMessage().setBody(body));
    assertThat(answer.getException()).isNull();
    return answer;
  }

  private static String device(Exchange answer) {
    return answer.getMessage().getHeader(GpuInferConstants.DEVICE, String.class);
  }
}
