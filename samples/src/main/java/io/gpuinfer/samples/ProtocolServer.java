package io.gpuinfer.samples;

import io.gpuinfer.routes.http.ProtocolFilter;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;
import org.apache.camel.component.platform.http.springboot.SpringBootPlatformHttpConsumer;
import org.apache.camel.component.platform.http.springboot.SpringBootPlatformHttpEngine;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;

/** How Tomcat serves the protocols' routes, so that callers who stall or go away cost little. */
@Configuration(proxyBeanMethods = false)
class ProtocolServer {

  /**
   * Has requests stay on their thread of the web server. From under a thread of somebody else, it
   * takes a request away whose caller is gone.
   */
  @Bean("platform-http-engine")
  PlatformHttpEngine onTheServersThreads(@Value("${server.port}") int port) {
    return new SpringBootPlatformHttpEngine(port) {
      @Override
      public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor route) {
        return new Consumer(endpoint, route);
      }
    };
  }

  @Bean
  ProtocolFilter bodiesWithinLimits(
      @Value("${gpu-infer.http.max-bytes:33554432}") int maxBytes,
      @Value("${gpu-infer.http.body-timeout:60s}") Duration bodyTimeout) {
    return new ProtocolFilter(maxBytes, bodyTimeout);
  }

  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> givesUpSlowCallers() {
    return server -> server.addContextValves(new SlowCallers());
  }

  /** Public, as Spring calls it by reflection. */
  public static final class Consumer extends SpringBootPlatformHttpConsumer {

    Consumer(PlatformHttpEndpoint endpoint, Processor route) {
      super(endpoint, route, Runnable::run);
    }

    /** Null says that all is done, and nothing left to wait for. */
    @Override
    public CompletableFuture<Void> service(
        HttpServletRequest request, HttpServletResponse response) {
      super.service(request, response).join();
      return null;
    }
  }

  /** Whoever took too long with a body would else be heard to its end, which may be hours away. */
  private static final class SlowCallers extends ValveBase {

    SlowCallers() {
      super(true);
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
      getNext().invoke(request, response);
      if (response.getStatus() == HttpStatus.REQUEST_TIMEOUT.value()) {
        request.getCoyoteRequest().action(ActionCode.DISABLE_SWALLOW_INPUT, null);
      }
    }
  }
}
