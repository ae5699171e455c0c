import { expect, test } from 'vitest';
import { type Files, planOf } from './tree.ts';

const express = { 'package.json': { dependencies: { express: '^5' }, scripts: { start: 'node server.js' } } };
const flask = { 'requirements.txt': 'flask==3.1.0\n' };
const fastapi = { 'requirements.txt': 'fastapi==0.118.0\n' };
const django = {
  'requirements.txt': 'django==5.2\n',
  'shop/wsgi.py': 'application = get_wsgi_application()\n',
  'shop/settings.py': "ROOT_URLCONF = 'shop.urls'\n",
};
const rails = { Gemfile: 'gem "rails"\ngem "puma"\n', 'config.ru': '' };
const go = { 'go.mod': 'module example.com/x\ngo 1.26\n' };
const main = 'package main\nfunc main() {\n';
const pom =
  '<project><artifactId>spring-boot-maven-plugin</artifactId><artifactId>spring-boot-starter-actuator</artifactId></project>';
const plainPom = '<project><artifactId>spring-boot-maven-plugin</artifactId></project>';
const spring = {
  'pom.xml': pom,
  'src/main/java/App.java': 'public class App { \n  public static void main(String[] a) {} }',
};
const dotnet = { 'Shop.csproj': '<Project Sdk="Microsoft.NET.Sdk.Web"></Project>' };
const laravel = { 'composer.json': { require: { 'laravel/framework': '^12' } }, 'public/index.php': '' };
const symfony = { 'composer.json': { require: { 'symfony/framework-bundle': '^7' } }, 'public/index.php': '' };
const phoenix = { 'mix.exs': 'def project, do: [\n  app: :shop,\n  deps: [{:phoenix, "~> 1.8"}]' };
const rust = { 'Cargo.toml': '[package]\nname = "x"\n[dependencies]\naxum = "0.8"\n' };

test.each<[string, Files, string, string]>([
  [
    'Express',
    { ...express, 'server.js': "const app = express();\napp.get('/healthz', ok);\napp.listen(3000);\n" },
    '/healthz',
    'server.js:2',
  ],
  [
    'Express beside its start',
    { ...express, 'server.js': "import './app.js'\n", 'app.js': "\napp.get('/health', ok);\n" },
    '/health',
    'app.js:2',
  ],
  [
    'Flask',
    { ...flask, 'app.py': "app = Flask(__name__)\n\n@app.route('/health')\ndef health(): ...\n" },
    '/health',
    'app.py:3',
  ],
  [
    'Flask in another file',
    { ...flask, 'shop/__init__.py': 'web = Flask(__name__)\n', 'shop/views.py': "@web.get('/ping')\n" },
    '/ping',
    'shop/views.py:1',
  ],
  [
    'a Flask factory',
    { ...flask, 'shop/__init__.py': "def create_app():\n  app = Flask()\n  @app.get('/up')\n" },
    '/up',
    'shop/__init__.py:3',
  ],
  ['FastAPI', { ...fastapi, 'main.py': 'app = FastAPI()\n@app.get("/livez")\n' }, '/livez', 'main.py:2'],
  [
    'Django',
    { ...django, 'shop/urls.py': "urlpatterns = [\n    path('health/', health),\n]\n" },
    '/health/',
    'shop/urls.py:2',
  ],
  [
    'django-health-check',
    { ...django, 'shop/urls.py': "urlpatterns = [\n    path('ht/', include('health_check.urls')),\n]\n" },
    '/ht/',
    'shop/urls.py:2',
  ],
  [
    'Rails',
    {
      ...rails,
      'config/routes.rb': 'Rails.application.routes.draw do\n  get "up" => "rails/health#show", as: :x\nend\n',
    },
    '/up',
    'config/routes.rb:2',
  ],
  [
    'Rails under another path',
    { ...rails, 'config/routes.rb': "draw do\n  get '/internal/alive', to: 'rails/health#show'\nend\n" },
    '/internal/alive',
    'config/routes.rb:2',
  ],
  ['Sinatra', { Gemfile: 'gem "sinatra"\n', 'app.rb': "require 'sinatra'\nget '/health' do\n" }, '/health', 'app.rb:2'],
  ['Rack', { Gemfile: 'gem "rack"\n', 'config.ru': "map '/healthz' do\nend\nrun App\n" }, '/healthz', 'config.ru:1'],
  [
    'Go',
    { ...go, 'main.go': `${main}\thttp.HandleFunc("GET /healthz", ok)\n\thttp.ListenAndServe(":8080", nil)\n}\n` },
    '/healthz',
    'main.go:3',
  ],
  [
    'Gin in another file',
    {
      ...go,
      'main.go': `${main}}\n`,
      'routes.go': 'package main\nfunc routes(r *gin.Engine) {\n\tr.GET("/health", ok)\n}\n',
    },
    '/health',
    'routes.go:3',
  ],
  [
    'Axum',
    { ...rust, 'src/main.rs': 'let app = Router::new()\n    .route("/health", get(ok));\n' },
    '/health',
    'src/main.rs:2',
  ],
  ['Actix', { ...rust, 'src/main.rs': '#[get("/healthz")]\nasync fn ok() {}\n' }, '/healthz', 'src/main.rs:1'],
  ['Spring with its actuator', spring, '/actuator/health', 'pom.xml:1'],
  [
    'Spring with other paths',
    {
      ...spring,
      'src/main/resources/application.yml':
        'server:\n  servlet:\n    context-path: /shop\nmanagement.endpoints.web.base-path: /manage\n',
    },
    '/shop/manage/health',
    'pom.xml:1',
  ],
  [
    'Spring with a route',
    {
      ...spring,
      'pom.xml': plainPom,
      'src/main/java/Health.java': '@RestController\nclass Health {\n  @GetMapping("/health")\n',
    },
    '/health',
    'src/main/java/Health.java:3',
  ],
  [
    'ASP.NET',
    { ...dotnet, 'Program.cs': 'var app = builder.Build();\napp.MapHealthChecks("/are/you/well");\n' },
    '/are/you/well',
    'Program.cs:2',
  ],
  ['Laravel', { ...laravel, 'bootstrap/app.php': "<?php\n  health: '/status',\n" }, '/status', 'bootstrap/app.php:2'],
  [
    'Symfony',
    { ...symfony, 'src/Controller/Health.php': "<?php\nclass Health {\n  #[Route('/health', name: 'health')]\n" },
    '/health',
    'src/Controller/Health.php:3',
  ],
  [
    'Phoenix',
    { ...phoenix, 'lib/shop_web/router.ex': 'scope "/", ShopWeb do\n  get "/health", HealthController, :show\n' },
    '/health',
    'lib/shop_web/router.ex:2',
  ],
])('the route for health checks is found, with its line: %s', async (_what, files, path, place) => {
  const { healthPath, evidence } = await planOf(files);
  expect(healthPath).toBe(path);
  const says = evidence.filter((each) => each.says === `answers health checks at ${path}`);
  expect(says.map(({ file, line }) => `${file}:${line}`)).toEqual([place]);
});

const nest = {
  'package.json': { dependencies: { '@nestjs/core': '^11' }, scripts: { 'start:prod': 'node dist/main' } },
  'src/health/health.controller.ts': "@Controller('health')\nexport class X {\n  @Get()\n  @HealthCheck()\n}\n",
};

test.each([
  ['await app.listen(3000);\n', '/health'],
  ["app.setGlobalPrefix('api/v1');\n", '/api/v1/health'],
  ["app.setGlobalPrefix('api', { exclude: ['health'] });\n", ''],
  ['app.enableVersioning();\n', ''],
])('the controller for health checks of NestJS lies below the prefix of the app: %j', async (main, path) => {
  const { healthPath, evidence } = await planOf({ ...nest, 'src/main.ts': main });
  expect(healthPath).toBe(path);
  if (path)
    expect(evidence).toContainEqual({
      file: 'src/health/health.controller.ts',
      line: 1,
      says: `answers health checks at ${path}`,
    });
});

test.each<[string, Files]>([
  ['a comment', { ...express, 'server.js': "// app.get('/health', ok);\napp.listen(3000);\n" }],
  ['a request to another server', { ...express, 'server.js': "axios.get('/health');\napp.listen(3000);\n" }],
  ['a key that is called so', { ...express, 'server.js': "cache.get('health');\napp.listen(3000);\n" }],
  [
    'a router below a path',
    { ...express, 'server.js': "api.get('/health', ok);\napp.use('/v1', api);\napp.listen(3000);\n" },
  ],
  [
    'a blueprint',
    {
      ...flask,
      'app.py': 'app = Flask(__name__)\n',
      'views.py': "bp = Blueprint('x', url_prefix='/v1')\n@bp.route('/health')\n",
    },
  ],
  [
    'a router of FastAPI',
    { ...fastapi, 'main.py': 'app = FastAPI()\nrouter = APIRouter(prefix="/v1")\n@router.get("/health")\n' },
  ],
  ['a group of Gin', { ...go, 'main.go': `${main}\tv1 := r.Group("/v1")\n\tv1.GET("/health", ok)\n}\n` }],
  ['a scope of Rails', { ...rails, 'config/routes.rb': 'draw do\n  scope "api" do\n    get "health", to: "x#y"\n' }],
  [
    'a scope of Phoenix',
    { ...phoenix, 'lib/shop_web/router.ex': 'scope "/api", ShopWeb do\n  get "/health", HealthController, :show\n' },
  ],
  [
    'a controller with a path of its own',
    {
      ...spring,
      'pom.xml': plainPom,
      'src/main/java/Health.java': '@RequestMapping("/v1")\nclass Health {\n  @GetMapping("/health")\n',
    },
  ],
  [
    'an actuator on a port of its own',
    { ...spring, 'src/main/resources/application.properties': 'management.server.port=9000\n' },
  ],
  [
    'health checks in development alone',
    { ...dotnet, 'Program.cs': 'if (app.Environment.IsDevelopment())\n{\n  app.MapHealthChecks("/health");\n}\n' },
  ],
  [
    'a Symfony class with a path of its own',
    {
      ...symfony,
      'src/Controller/Health.php': "<?php\n#[Route('/v1')]\nfinal class Health {\n  #[Route('/health')]\n",
    },
  ],
])('what only looks like a route for health checks is none: %s', async (_what, files) => {
  expect((await planOf(files)).healthPath).toBe('');
});
