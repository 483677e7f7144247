package io.gpuinfer.dashboard;

import io.gpuinfer.component.GpuInferComponent;
import java.time.Clock;
import org.apache.camel.CamelContext;
import org.apache.camel.spring.boot.CamelAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.ServerResponse;

/** Gives an application that has a web server the dashboard at {@code /gpu-infer/}. */
@AutoConfiguration(after = CamelAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass({DispatcherServlet.class, GpuInferComponent.class})
@ConditionalOnBean(CamelContext.class)
@ConditionalOnProperty(prefix = "gpu-infer.dashboard", name = "enabled", matchIfMissing = true)
@EnableConfigurationProperties(DashboardProperties.class)
public class DashboardAutoConfiguration {

  @Bean
  ErrorLog gpuInferErrorLog() {
    return new ErrorLog(Clock.systemUTC());
  }

  /** Found by the component as a listener when its endpoints start. */
  @Bean
  Calls gpuInferCalls(ErrorLog errors) {
    return new Calls(errors);
  }

  @Bean
  History gpuInferHistory() {
    return new History();
  }

  @Bean
  EventStreams gpuInferEventStreams() {
    return new EventStreams();
  }

  @Bean
  Sampler gpuInferSampler(
      ApplicationContext application,
      CamelContext camel,
      Calls calls,
      ErrorLog errors,
      History history,
      EventStreams streams) {
    return new Sampler(
        application, new Models(camel), calls, errors, history, streams, Clock.systemUTC());
  }

  @Bean
  PageSecurity gpuInferPageSecurity() {
    return new PageSecurity();
  }

  @Bean
  Entrances gpuInferEntrances(CamelContext camel, DashboardProperties properties) {
    return new Entrances(camel, properties.entrances());
  }

  @Bean
  LoadRuns gpuInferLoadRuns(Entrances entrances) {
    return new LoadRuns(entrances, Clock.systemUTC());
  }

  @Bean
  RouterFunction<ServerResponse> gpuInferDashboard(
      CamelContext camel,
      Entrances entrances,
      History history,
      EventStreams streams,
      ErrorLog errors,
      LoadRuns loads,
      DashboardProperties properties) {
    Models models = new Models(camel);
    return new DashboardRoutes(
            models,
            new StatusReport(models, entrances, Clock.systemUTC()),
            history,
            streams,
            errors,
            new CapacityPlans(models),
            loads,
            new TryOut(entrances),
            new SameOrigin(properties.hosts()))
        .routes();
  }
}
